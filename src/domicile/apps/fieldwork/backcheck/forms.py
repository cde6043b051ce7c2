"""Forms of back-checks."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.fieldwork.backcheck.questions import QUESTIONS, choices
from domicile.apps.fieldwork.backcheck.selectors import Asked
from domicile.apps.fieldwork.backcheck.words import VERDICTS
from domicile.apps.staffing.forms import DayInput

NOT_TOLD = _("could not be told")
#: So many answers stand beside each other to be tapped; more are chosen from a list.
TAPPED = 3


class PeriodForm(forms.Form):
    """An area and the days of a period, both counted in."""

    place = forms.ChoiceField(label=_("Area"))
    begin = forms.DateField(label=_("Accepted from"), widget=DayInput)
    last = forms.DateField(label=_("to"), widget=DayInput)

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = list(places)  # type: ignore[attr-defined]

    def end(self) -> dt.date:
        """The first day after the period."""
        last: dt.date = self.cleaned_data["last"]
        return last + dt.timedelta(days=1)


class FillForm(forms.Form):
    """The questions of one check, each of which may be left out."""

    def __init__(
        self, *args: Any, asked: Sequence[Asked], around: dt.date, answers: Mapping[uuid.UUID, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.groups = [(one.who, [str(item.pk) for item in one.items]) for one in asked]
        for item in [item for one in asked for item in one.items]:
            self.fields[str(item.pk)] = _field(item.key, around, answers.get(item.pk, ""))

    def sections(self) -> list[tuple[str, list[Any]]]:
        """Whom the questions are about, and their fields."""
        return [(who, [self[name] for name in names]) for who, names in self.groups]


def _field(key: str, around: dt.date, initial: str) -> forms.Field:
    question = QUESTIONS[key]
    known = choices(question)
    more: dict[str, Any] = {"label": question.label, "required": False, "initial": initial}
    if key == "visited":
        more["help_text"] = _("Around {day}").format(day=around.isoformat())
    if known:
        tapped = len(known) <= TAPPED
        widget = forms.RadioSelect if tapped else forms.Select
        return forms.ChoiceField(
            choices=[*known, ("", NOT_TOLD)] if tapped else [("", NOT_TOLD), *known], widget=widget, **more
        )
    if question.input.kind == "date":
        more["help_text"] = _("As 1980-05-06; 1980-05 or 1980 where no more is told.")
    return forms.CharField(max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"}), **more)


class CallOffForm(forms.Form):
    """Why a draw is called off."""

    reason = forms.CharField(
        label=_("Why is it called off?"),
        max_length=200,
        help_text=_("It stays on file with this reason. No numbers."),
    )


class JudgeForm(forms.Form):
    """Whose a difference is."""

    verdict = forms.ChoiceField(label=_("What is it?"), choices=list(VERDICTS.items()), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("What tells it, for instance which paper was seen. No numbers."),
    )
