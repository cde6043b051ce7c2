"""Forms that put people on file: a person, a newborn, a household."""

import datetime as dt
import unicodedata
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.people.forms.base import (
    ChangeForm,
    DayInput,
    choices,
    name_of,
    not_in_future,
    relation_choices,
    sex_choices,
)
from domicile.apps.people.models import HEAD, Member
from domicile.core.codes import identity

PARENT_KINDS = [
    ("", _("not a parent")), ("birth", _("parent by birth")), ("adoption", _("parent by adoption")),
    ("step", _("step-parent")),
]  # fmt: skip
MOST_PEOPLE = 30


class PersonFields(forms.Form):
    """The particulars of somebody new. What is asked at the door stands first, the rest is folded away."""

    name = forms.CharField(
        label=_("Person's name"),
        max_length=64,
        required=False,
        help_text=_("Leave empty for a newborn without a name yet."),
    )
    relation = forms.ChoiceField(label=_("Relationship to the head"), required=False)
    document_number = forms.CharField(
        label=_("Document number"), max_length=40, required=False,
        help_text=_("Not needed to be registered. An identity number also tells sex and birth date."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text", "spellcheck": "false"}),
    )  # fmt: skip
    sex = forms.ChoiceField(label=_("Sex"), required=False)
    birth_date = forms.DateField(label=_("Birth date"), widget=DayInput, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )  # fmt: skip
    document_kind = forms.ChoiceField(label=_("Document, when no identity card"), required=False)
    registered = forms.ChoiceField(
        label=_("Household registration"), required=False, initial="unknown",
        choices=[
            ("unknown", _("not known yet")), ("here", _("in this dwelling")), ("elsewhere", _("elsewhere")),
            ("abroad", _("abroad")), ("nowhere", _("nowhere")),
        ],
    )  # fmt: skip
    registered_text = forms.CharField(label=_("Registered address, when elsewhere"), max_length=160, required=False)
    registered_code = forms.CharField(
        label=_("Code of the area, when known"), max_length=12, required=False,
        help_text=_("As many digits as known: county 6, township 9, village or community 12."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    reason_code = forms.ChoiceField(label=_("Reason for coming"), required=False)

    first: tuple[str, ...] = ("name", "relation", "document_number", "sex", "birth_date", "phone")
    more: tuple[str, ...] = ("document_kind", "registered", "registered_text", "registered_code", "reason_code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relation"].choices = relation_choices(_("not known yet"))  # type: ignore[attr-defined]
        self.fields["sex"].choices = sex_choices()  # type: ignore[attr-defined]
        for field, name in {"document_kind": "document_kind", "reason_code": "inflow_reason"}.items():
            self.fields[field].choices = choices(name)  # type: ignore[attr-defined]

    @property
    def asked_first(self) -> list[Any]:
        """The fields that stand open."""
        return [self[name] for name in self.fields if name not in self.more]

    @property
    def asked_later(self) -> list[Any]:
        """The fields that are folded away."""
        return [self[name] for name in self.more if name in self.fields]

    @property
    def unfold(self) -> bool:
        """Whether a folded field is filled in or wrong."""
        return any(name in self.errors for name in self.more) or any(
            self[name].value() not in (None, "", "unknown") for name in self.more
        )

    def clean_birth_date(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["birth_date"])

    def clean_registered_code(self) -> str:
        # Digits as wide as Chinese characters are meant as digits.
        code = unicodedata.normalize("NFKC", str(self.cleaned_data["registered_code"])).strip()
        if code and (not (code.isascii() and code.isdigit()) or len(code) not in {2, 4, 6, 9, 12}):
            raise forms.ValidationError(_("A code has 6, 9 or 12 digits."))
        return code

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["registered"] = values.get("registered") or "unknown"
        if values["registered"] == "elsewhere" and not values.get("registered_text"):
            self.add_error("registered_text", _("Say where: the address on the household register."))
        number = values.get("document_number")
        if not values.get("sex") and not number:
            self.add_error("sex", _("Choose the sex, or give the identity number."))
        elif (
            number
            and not values.get("sex")
            and values.get("document_kind", "") in {"", "resident_id"}
            and _slip(number)
        ):
            # Kept when the card does say so; but then it tells neither sex nor birth date.
            self.add_error("document_number", _(
                "One digit of this number is wrong: compare it with the card. If the card says so, choose the sex too."
            ))  # fmt: skip
        return values


def _slip(number: str) -> bool:
    """Whether this is an identity number in all but its check character."""
    try:
        identity.parse_resident_number(number, today=timezone.localdate())
    except identity.NumberError as error:
        return error.code == "checksum"
    return False


class HouseholdForm(ChangeForm):
    """The household itself; its people come as a PeopleForms."""

    kind = forms.ChoiceField(label=_("Kind of household"))
    since = forms.DateField(label=_("Living here since"), widget=DayInput, required=False)
    field_order = ("kind", "since", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = choices("household_kind")[1:]  # type: ignore[attr-defined]

    def clean_since(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["since"])


class _People(BaseFormSet):  # type: ignore[type-arg]
    """The head first; a further person left wholly empty is nobody."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if index == 0:
            del form.fields["relation"]
        else:
            form.empty_permitted = True

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "use_required_attribute": False}

    def people(self) -> list[dict[str, Any]]:
        """The particulars of each, the head first."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data]


PeopleForms = formset_factory(PersonFields, formset=_People, extra=0, max_num=MOST_PEOPLE, absolute_max=MOST_PEOPLE)


class AddMemberForm(PersonFields, ChangeForm):
    """Somebody new in a household on file; members may be named as parents."""

    since = forms.DateField(label=_("Living here since"), widget=DayInput, required=False)
    more = (*PersonFields.more, "since")

    def __init__(self, *args: Any, members: list[Member], needs_head: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        self.fields["relation"].required = True
        head = [(HEAD, _("head"))] if needs_head else []
        _empty, *listed = relation_choices("")
        # Not "not known yet" as elsewhere: here it must be told, and who chose that would be refused.
        self.fields["relation"].choices = [("", _("choose one")), *head, *listed]  # type: ignore[attr-defined]
        for member in members:
            self.fields[f"parent_{member.person_id}"] = forms.ChoiceField(
                label=_("{name} is").format(name=name_of(member)), choices=PARENT_KINDS, required=False
            )
        parents = tuple(f"parent_{member.person_id}" for member in members)
        self.more = (*type(self).more, *parents)
        self.order_fields([*self.first, *self.more, "reason"])

    def clean_since(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["since"])

    def parents(self) -> dict[str, str]:
        """Person id → kind of parent, as far as given."""
        given = {str(m.person_id): self.cleaned_data.get(f"parent_{m.person_id}") for m in self.members}
        return {person: kind for person, kind in given.items() if kind}
