"""What is asked of the figures: the date, the day of knowledge, the definition."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.people.forms.base import DayInput
from domicile.apps.people.selectors.standing import DEFINITIONS
from domicile.core.policy.parameters import parameter


class PopulationForm(forms.Form):
    """Empty fields mean: the definition in force, today's knowledge."""

    on = forms.DateField(label=_("Figures of"), widget=DayInput)
    known_on = forms.DateField(
        label=_("As known on"), widget=DayInput, required=False,
        help_text=_("Empty: as known today."),
    )  # fmt: skip
    definition = forms.ChoiceField(label=_("Definition"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = parameter("floating_population.definitions", timezone.localdate())
        named = [(key, DEFINITIONS.get(key, key)) for key in known]
        self.fields["definition"].choices = [("", _("the one in force on that day")), *named]  # type: ignore[attr-defined]

    def asked(self, known_on: dt.date) -> tuple[dt.date, dt.date, str]:
        """Date, day of knowledge and definition of a valid form; `known_on` where none was given."""
        values = self.cleaned_data
        return values["on"], values["known_on"] or known_on, values["definition"]
