"""Forms of the indicators."""

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.indicators.actions import Note
from domicile.apps.indicators.words import SUBJECTS
from domicile.apps.people.forms.base import DayInput

DAY = dt.timedelta(days=1)


class ChooseForm(forms.Form):
    """An area and a month."""

    area = forms.ChoiceField(label=_("Area"))
    month = forms.ChoiceField(label=_("Month"))

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], months: Sequence[dt.date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = list(areas)  # type: ignore[attr-defined]
        self.fields["month"].choices = [(f"{month:%Y-%m}", f"{month:%Y-%m}") for month in months]  # type: ignore[attr-defined]

    def chosen(self) -> tuple[str, dt.date]:
        """The area's code and the first day of the month."""
        return self.cleaned_data["area"], dt.date.fromisoformat(f"{self.cleaned_data['month']}-01")


class PublishedForm(forms.Form):
    """A published figure as people read it: with the last day of its period."""

    subject = forms.ChoiceField(label=_("What was counted"), choices=list(SUBJECTS.items()))
    code = forms.ChoiceField(label=_("Area"))
    start = forms.DateField(
        label=_("From"),
        widget=DayInput,
        help_text=_("Births and deaths: the first day of the period. Residents: the day."),
    )
    last = forms.DateField(
        label=_("To"), widget=DayInput, required=False, help_text=_("Its last day; left empty where it is of one day.")
    )
    value = forms.IntegerField(label=_("Figure"), min_value=1, max_value=2_000_000_000)
    error = forms.DecimalField(
        label=_("Standard error, in per cent"), required=False, min_value=0, max_value=99, decimal_places=2,
        help_text=_("Where the figure was published with it, for instance from a sample survey."),
    )  # fmt: skip
    source = forms.CharField(
        label=_("Published by, in what"), max_length=160, help_text=_("For instance: statistical communiqué of 2025.")
    )

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = list(areas)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, last = data.get("start"), data.get("last")
        if start and last and last < start:
            self.add_error("last", _("The last day lies before the first."))
        if start and data.get("subject") == "residents" and last and last != start:
            self.add_error("last", _("Residents are of one day: leave it empty."))
        if start and data.get("subject") in {"births", "deaths"} and not last:
            self.add_error("last", _("Name the last day of the period, like {day}.").format(day=_end_of(start)))
        return data


class RemoveForm(forms.Form):
    """Nothing is asked."""


def arguments_of(values: Mapping[str, Any]) -> Note:
    """What was filled in, for the action."""
    last, error = values["last"] or values["start"], values["error"]
    return Note(
        values["code"], values["subject"], values["start"], last + DAY, values["value"], values["source"],
        None if error is None else float(error) / 100,
    )  # fmt: skip


def _end_of(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
