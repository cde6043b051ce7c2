"""Forms of clean-ups."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.quality.cleanup import words
from domicile.apps.quality.cleanup.actions import BY_HAND
from domicile.apps.screens.widgets import LongSelect
from domicile.apps.tasks.forms import DayField


class PlanForm(forms.Form):
    """Name, area and reference day."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("For example: clean-up before the census of 2030.")
    )
    scope = forms.ChoiceField(label=_("Area"), widget=LongSelect)
    reference_on = DayField(
        label=_("Reference day"), help_text=_("Ages are told for this day; who came to live here after it is left out.")
    )

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = areas  # type: ignore[attr-defined]


class SayForm(forms.Form):
    """How a case came out; the outcomes themselves stand on the page with what they need."""

    outcome = forms.CharField(max_length=16, error_messages={"required": _("Choose how it came out.")})
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False,
        help_text=_("What was seen or told, for whoever signs. No numbers; the person may read it."),
    )  # fmt: skip


class AddForm(forms.Form):
    """Onto which list somebody is put by hand, and why."""

    round = forms.ChoiceField(label=_("Clean-up"))
    listed = forms.ChoiceField(label=_("List"))
    note = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("For example: holds transfer papers; enlisted. No numbers.")
    )

    def __init__(self, *args: Any, rounds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["round"].choices = rounds  # type: ignore[attr-defined]
        self.fields["listed"].choices = [(key, words.list_name(key)) for key in BY_HAND]  # type: ignore[attr-defined]


class SignForm(forms.Form):
    """What is said at the sign-off."""

    note = forms.CharField(label=_("Note for the record"), max_length=200, required=False)
