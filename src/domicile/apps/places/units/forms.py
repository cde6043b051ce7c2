"""Forms of units."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.forms import day_field
from domicile.apps.places.forms import ReasonForm
from domicile.apps.places.units import words


def counted(label: Any, **kwargs: Any) -> forms.IntegerField:
    """A number of people."""
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=0, max_value=100_000, required=False, widget=widget, **kwargs)


class UnitForm(ReasonForm):
    """What both adding and correcting ask."""

    name = forms.CharField(label=words.LABELS["name"], max_length=120, help_text=_("As on its sign or licence."))
    kind = forms.ChoiceField(label=words.LABELS["kind"], choices=words.kind_choices)
    credit_code = forms.CharField(
        label=words.LABELS["credit_code"], max_length=30, required=False,
        help_text=_("18 characters on the licence; checked. Leave empty when there is none."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )  # fmt: skip
    responsible = forms.CharField(label=words.LABELS["responsible"], max_length=64, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )  # fmt: skip
    employees = counted(words.LABELS["employees"])
    lodged = counted(words.LABELS["lodged"], help_text=_("Who sleeps in the shop, workshop or kitchen."))
    since = day_field(words.LABELS["in_use_from"], required=False)
    remark = forms.CharField(label=words.LABELS["remark"], max_length=200, required=False)

    def clean_since(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["since"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("This day lies in the future."))
        return day


class UnitHereForm(UnitForm):
    """A unit in a dwelling that is known."""

    field_order: tuple[str, ...] = ("name", "kind", "responsible", "phone", "employees", "lodged", "credit_code", "since", "remark",
                   "reason")  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].initial = _("Seen at the door")


class UnitSomewhereForm(UnitHereForm):
    """A unit whose place is typed."""

    address = forms.CharField(
        label=words.LABELS["address"], max_length=160, help_text=_("Street, number, building and room.")
    )
    place = forms.ChoiceField(
        label=_("Community or grid"), required=False,
        help_text=_("Needed only where no building on file has this address."),
    )  # fmt: skip
    field_order = ("name", "kind", "address", "place", *UnitHereForm.field_order[2:])

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [("", "—"), *places]  # type: ignore[attr-defined]


class CorrectUnitForm(UnitForm):
    no_phone = forms.BooleanField(label=_("Take the phone off the file"), required=False)
    field_order = ("name", "kind", "credit_code", "responsible", "phone", "no_phone", "employees", "lodged", "since",
                   "remark", "reason")  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].help_text = _("Leave empty to keep the number on file.")


class CloseUnitForm(ReasonForm):
    closed_on = day_field(_("First day on which the unit is not there"))
    field_order = ("closed_on", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["closed_on"].initial = timezone.localdate()
