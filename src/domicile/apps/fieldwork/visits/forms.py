"""What is entered of a visit or a round without a phone."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.fieldwork.visits import words
from domicile.apps.people.forms.base import DayInput
from domicile.apps.tasks.words import PARTS


class DayForm(forms.Form):
    """The day, today until somebody says otherwise."""

    visited_on = forms.DateField(label=_("On which day"), widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visited_on"].initial = timezone.localdate()
        self.fields["visited_on"].widget.attrs["max"] = timezone.localdate().isoformat()


class VisitForm(DayForm):
    """How a visit of a dwelling went, and who was confirmed."""

    outcome = forms.ChoiceField(label=_("How it went"), choices=words.AT_DOOR, widget=forms.RadioSelect)
    part_of_day = forms.ChoiceField(
        label=_("When"), choices=[("", _("not noted")), *PARTS.items()], required=False,
        help_text=_("Where nobody was at home, the next try is planned for another part of the day."),
    )  # fmt: skip
    notice_left = forms.BooleanField(label=_("A notice was left at the door"), required=False)
    confirmed = forms.MultipleChoiceField(
        label=_("Who still lives here"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Of those on file. Who left, came, or is wrong on file is entered on the card."),
    )  # fmt: skip

    def __init__(self, *args: Any, residents: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirmed"].choices = residents  # type: ignore[attr-defined]
        if not residents:
            del self.fields["confirmed"]


class RoundForm(DayForm):
    """What was found at a building."""

    matters = forms.MultipleChoiceField(
        label=_("What was found"), choices=words.MATTERS.items(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick nothing where nothing was found."),
    )  # fmt: skip
    what = forms.CharField(
        label=_("Where and what"), max_length=200, required=False,
        help_text=_("Of the place: no names, no numbers."),
    )  # fmt: skip
