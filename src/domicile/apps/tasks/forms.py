"""Forms of tasks made, cancelled and given by hand, and of the calendar that is loaded."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DayField(forms.DateField):
    """A day, with the phone's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)


class NewTaskForm(forms.Form):
    """What is to be done here, until when and why."""

    kind = forms.ChoiceField(label=_("What is to be done"))
    due_on = DayField(label=_("To be done until"))
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("Name nobody and write no numbers: everybody who works here reads it."),
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["due_on"].widget.attrs["min"] = today.isoformat()


class ReasonForm(forms.Form):
    """Why a task is taken off the list."""

    reason = forms.CharField(label=_("Why it is not needed"), max_length=200)


class GiveForm(forms.Form):
    """To whom a task is given."""

    worker = forms.ChoiceField(label=_("Who does it"), required=False)

    def __init__(self, *args: Any, workers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = _("whoever works the area")
        self.fields["worker"].choices = [("", nobody), *workers]  # type: ignore[attr-defined]


class CalendarForm(forms.Form):
    """The days off and make-up days of a year."""

    file = forms.FileField(
        label=_("Calendar of a year"),
        help_text=_(
            "CSV with the heads date and kind, a line a day: 2027-01-01,off; 2027-02-06,work for a make-up day."
        ),
    )
