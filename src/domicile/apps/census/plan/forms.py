"""Forms of the plan."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.census.plan.selectors import Line
from domicile.apps.census.plan.words import THINGS
from domicile.apps.staffing.forms import DayInput, day, line

Choices = Sequence[tuple[str, str]]
WORDS = {"rows": 4, "autocomplete": "off"}


class CensusForm(forms.Form):
    """A census: its name, area and moment."""

    code = line(_("Code"), 16, help_text=_("Stands in addresses and names of files, for example 2030 or 2030-pilot."))
    name = line(_("Name"), 64)
    scope = forms.ChoiceField(label=_("Area"))
    reference_on = day(_("Day of the reference moment"))
    reference_time = forms.TimeField(
        label=_("Hour of the reference moment"), initial=dt.time(0), widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )
    pilot = forms.BooleanField(
        label=_("It is a pilot"), required=False, help_text=_("Kept apart: nothing of it is counted in another census.")
    )

    def __init__(self, *args: Any, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = [("", _("choose")), *areas]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The moment of its day and hour."""
        values = super().clean() or {}
        on, at = values.pop("reference_on", None), values.pop("reference_time", None)
        if on is not None and at is not None:
            values["reference_at"] = timezone.make_aware(dt.datetime.combine(on, at))
        return values


class CorrectCensusForm(CensusForm):
    """What can be corrected of a census."""

    move_phases = forms.BooleanField(
        label=_("Move the phases by as many days as the reference moment"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, areas=[], **kwargs)
        del self.fields["code"], self.fields["scope"]


class PhasesForm(forms.Form):
    """First and last day of each phase."""

    def __init__(self, *args: Any, phases: Sequence[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = phases
        for one in phases:
            kind = one.phase.kind
            self.fields[kind] = forms.DateField(label=str(one.label), widget=DayInput, initial=one.phase.begins_on)
            self.fields[f"{kind}_last"] = forms.DateField(label=str(one.label), widget=DayInput, initial=one.last_day)

    def rows(self) -> list[tuple[Line, Any, Any]]:
        """Each phase with its two fields."""
        return [(one, self[one.phase.kind], self[f"{one.phase.kind}_last"]) for one in self.lines]


class RulingForm(forms.Form):
    """A question of the field and what is ruled."""

    asked = forms.CharField(
        label=_("Question"), max_length=2000, widget=forms.Textarea(WORDS),
        help_text=_("As the field put it. No names and numbers of residents."),
    )  # fmt: skip
    answered = forms.CharField(label=_("Ruling"), max_length=2000, widget=forms.Textarea(WORDS))
    on = day(_("Ruled on"))


class SupplyForm(forms.Form):
    """Things that go to an area or come back."""

    direction = forms.ChoiceField(
        label=_("What happens"), choices=[("out", _("Handed out")), ("back", _("Given back"))], widget=forms.RadioSelect,
        initial="out",
    )  # fmt: skip
    place_code = forms.ChoiceField(label=_("Area"))
    what = line(_("What"), 32)
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=1_000_000)
    on = day(_("On"))
    note = line(_("Note"), 120, required=False)

    def __init__(self, *args: Any, places: Choices, things: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place_code"].choices = [("", _("choose")), *places]  # type: ignore[attr-defined]
        self.fields["what"].widget.attrs["list"] = "things"
        self.things = things

    def clean(self) -> dict[str, Any]:
        """What comes back counts below 0."""
        values = super().clean() or {}
        if values.pop("direction", "") == "back" and values.get("count"):
            values["count"] = -values["count"]
        return values


class NeedForm(forms.Form):
    """How many of a thing each enumeration area needs."""

    what = line(_("What"), 32)
    per_area = forms.IntegerField(
        label=_("For each enumeration area"),
        min_value=0,
        max_value=1_000_000,
        help_text=_("0: it is not needed any more."),
    )

    def __init__(self, *args: Any, things: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].widget.attrs["list"] = "things"
        self.things = things


def things(known: Sequence[str]) -> list[str]:
    """What is on file, then what is proposed besides."""
    return list(dict.fromkeys([*known, *(str(one) for one in THINGS)]))
