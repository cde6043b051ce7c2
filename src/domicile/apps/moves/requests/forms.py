"""Ask, and answer."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.moves.requests import words
from domicile.apps.moves.requests.rules import Purpose
from domicile.apps.people.forms.base import DayInput


class AskForm(forms.Form):
    """One person, one area, one purpose."""

    name = forms.CharField(label=_("Person's name"), max_length=64)
    number = forms.CharField(
        label=_("Document number"), max_length=40, required=False,
        help_text=_("With the number and the name the answer may come at once."),
    )  # fmt: skip
    birth_date = forms.DateField(label=_("Birth date"), required=False, widget=DayInput)
    to_code = forms.CharField(
        label=_("Code of the area asked"), max_length=12,
        help_text=_("The community (12 digits), township (9) or county (6) where the person is thought to be."),
    )  # fmt: skip
    thought = forms.ChoiceField(label=_("There, the person is thought to be"), widget=forms.RadioSelect)
    purpose = forms.ChoiceField(label=_("What it is for"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why, in a sentence"), max_length=200, help_text=_("The area asked and the person can read this.")
    )

    def __init__(self, *args: Any, purposes: Sequence[Purpose], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["thought"].choices = list(words.THOUGHT.items())  # type: ignore[attr-defined]
        self.fields["purpose"].choices = [(one.key, words.PURPOSES.get(one.key, one.key)) for one in purposes]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """Who is meant, and what is told."""

    person = forms.ChoiceField(label=_("Who is meant"), widget=forms.RadioSelect)
    keys = forms.MultipleChoiceField(label=_("What is told"), widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, people: Sequence[tuple[uuid.UUID, Any]], may_tell: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [(str(key), label) for key, label in people]  # type: ignore[attr-defined]
        self.fields["keys"].choices = [(key, words.PARTICULARS[key]) for key in may_tell]  # type: ignore[attr-defined]
