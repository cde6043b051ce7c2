"""The form of all local fields of one person or dwelling."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from domicile.apps.common.refusals import Refused
from domicile.apps.localfields import values
from domicile.apps.localfields.models import LocalField
from domicile.apps.people.forms.base import ChangeForm, DayInput
from domicile.apps.people.local.action import name_of

PLAIN = {"autocomplete": "off"}


def _input(one: LocalField, held: str) -> forms.Field:
    shared: dict[str, Any] = {
        "label": one.label,
        "required": False,
        "initial": held,
        "help_text": _("For: {service}").format(service=one.service),
    }
    if one.kind == LocalField.Kind.YES_NO:
        choices = [(values.YES, _("Yes")), (values.NO, _("No")), ("", _("not asked"))]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **shared)
    if one.kind == LocalField.Kind.CHOICE:
        answers = sorted(one.choices.all(), key=lambda row: row.position)
        choices = [("", _("not asked")), *((str(row.position), row.label) for row in answers)]
        return forms.ChoiceField(choices=choices, **shared)
    if one.kind == LocalField.Kind.DAY:
        return forms.CharField(max_length=10, widget=DayInput(), **shared)
    if one.kind == LocalField.Kind.NUMBER:
        widget = forms.TextInput(attrs={**PLAIN, "inputmode": "numeric"})
        return forms.CharField(max_length=values.LONGEST_NUMBER, widget=widget, **shared)
    return forms.CharField(max_length=values.LONGEST_TEXT, widget=forms.TextInput(attrs=PLAIN), **shared)


class LocalForm(ChangeForm):
    """An input for each field, by its type, with the service that it is for."""

    def __init__(self, *args: Any, local: Sequence[LocalField], held: Mapping[Any, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.local = local
        for one in local:
            self.fields[name_of(one)] = _input(one, held.get(one.pk, ""))
        self.order_fields([*(name_of(one) for one in local), "reason"])

    def clean(self) -> dict[str, Any]:
        """Each answer as it is kept, or what is wrong with it."""
        found = super().clean() or self.cleaned_data
        for one in self.local:
            name = name_of(one)
            if name in found:
                try:
                    found[name] = values.checked(one, str(found[name] or ""), name)
                except Refused as refusal:
                    self.add_error(name, str(refusal.message))
        return found
