"""One form for every correction: its inputs are those of the item, its papers those of the dated table."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.people.forms.base import ChangeForm, DayInput, choices, paper_field, relation_choices
from domicile.apps.people.items import Input, Item
from domicile.apps.people.models import Parentage

PARENT_KINDS = [
    (Parentage.Kind.BIRTH.value, _("by birth")),
    (Parentage.Kind.ADOPTION.value, _("by adoption")),
    (Parentage.Kind.STEP.value, _("step-parent")),
]


def field_name(one: Input) -> str:
    """The form's field of an input; the reason of a stay is not the reason of its correction."""
    return "stay_reason" if one.name == "reason" else one.name


class CorrectForm(ChangeForm):
    def __init__(self, *args: Any, item: Item, keeps_sealed: bool, may_remove: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        for one in item.inputs:
            field = _field(one)
            if keeps_sealed and one.sealed:
                field.required = False
                field.help_text = _("Leave empty to keep the one on file.")
            self.fields[field_name(one)] = field
        paper = paper_field(item.key)
        if paper is not None:
            self.fields["evidence"] = paper
        if may_remove:
            self.fields["remove"] = forms.BooleanField(label=_("It is wrong: take it off the record"), required=False)
        self.order_fields([*(field_name(one) for one in item.inputs), "remove", "evidence", "reason"])
        if may_remove and self.is_bound and self.data.get("remove"):
            for one in item.inputs:
                self.fields[field_name(one)].required = False

    def values(self) -> dict[str, str]:
        """The inputs as plain text, days as 2025-01-31."""
        return {one.name: str(self.cleaned_data.get(field_name(one)) or "") for one in self.item.inputs}


def _field(one: Input) -> forms.Field:
    common: dict[str, Any] = {"label": one.label, "required": one.required, "help_text": one.help}
    if one.kind == "date":
        return forms.DateField(widget=DayInput, **common)
    if one.kind == "choice":
        if one.codes == "relation":
            return forms.ChoiceField(choices=relation_choices(""), **common)
        listed = choices(one.codes) if isinstance(one.codes, str) else [("", ""), *one.codes]
        return forms.ChoiceField(choices=listed, **common)
    if one.kind == "long":
        return forms.CharField(max_length=one.longest, widget=forms.Textarea(attrs={"rows": 3}), **common)
    return forms.CharField(
        max_length=one.longest, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}), **common
    )


class GiveNameForm(ChangeForm):
    name = forms.CharField(label=_("Person's name"), max_length=64)
    field_order = ("name", "reason")


class ParentForm(ChangeForm):
    """A parent among the people of the same dwelling, or by identity number."""

    parent_id = forms.ChoiceField(label=_("Parent"), required=False)
    number = forms.CharField(
        label=_("or the identity number of the parent"), max_length=40, required=False,
        help_text=_("The parent must be on file in your area."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("How related"), choices=PARENT_KINDS)
    field_order = ("parent_id", "number", "kind", "reason")

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent_id"].choices = [("", ""), *people]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("parent_id") and not values.get("number"):
            self.add_error("parent_id", _("Choose the parent, or give the number."))
        return values
