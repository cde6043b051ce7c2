"""Forms of campaigns."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.fieldwork.campaigns.drawing import PARTS_MOST
from domicile.apps.tasks.forms import DayField


class PlanForm(forms.Form):
    """Name, area, moment and period of a campaign."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("For example: checks after the Spring Festival 2027.")
    )
    scope = forms.ChoiceField(label=_("Area"))
    reference_on = DayField(
        label=_("Reference moment (0:00 of this day)"), help_text=_("Who lives where is told for this moment.")
    )
    starts_on = DayField(label=_("First day of work"))
    ends_on = DayField(label=_("Last day of work"))
    parts = forms.IntegerField(
        label=_("Parts"), min_value=1, max_value=PARTS_MOST, initial=1,
        help_text=_("Each part is a random sample of the whole area: the first one finished tells about all of it."),
    )  # fmt: skip

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = areas  # type: ignore[attr-defined]


class SeedForm(forms.Form):
    """The seed that draws order and parts."""

    seed = forms.CharField(
        label=_("Seed"),
        max_length=64,
        help_text=_(
            "Any letters or digits, for example drawn by dice before witnesses. Whoever knows it can draw again."
        ),
    )


class ReasonForm(forms.Form):
    """Why a campaign is called off."""

    reason = forms.CharField(label=_("Why"), max_length=200)


class CloseForm(forms.Form):
    """What is said at the sign-off."""

    note = forms.CharField(label=_("Note for the record"), max_length=200, required=False)


class SheetDayForm(forms.Form):
    """When the doors of a paper sheet were visited."""

    on = DayField(label=_("Day of the visits"))
    part = forms.ChoiceField(label=_("Part of the day"))

    def __init__(self, *args: Any, parts: list[tuple[str, str]], first: dt.date, last: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["part"].choices = parts  # type: ignore[attr-defined]
        self.fields["on"].widget.attrs.update(min=first.isoformat(), max=last.isoformat())
        self.first, self.last = first, last

    def clean_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["on"]
        if not self.first <= day <= self.last:
            raise forms.ValidationError(_("Give a day of the period of work, not after today."))
        return day
