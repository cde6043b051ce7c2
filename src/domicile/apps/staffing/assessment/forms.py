"""Forms of the assessment."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.staffing.forms import line


def words(label: Any, help_text: Any = "") -> forms.CharField:
    """Some sentences."""
    return forms.CharField(label=label, max_length=500, help_text=help_text, widget=forms.Textarea(attrs={"rows": 5}))


class ObjectForm(forms.Form):
    """What is wrong with the own figures."""

    words = words(_("What is not right, and why"), _("Name no resident. The office answers here."))


class AnswerForm(forms.Form):
    """The answer of the office."""

    words = words(_("Answer"), _("The worker reads it. If figures are to change, correct them besides."))


class ReasonForm(forms.Form):
    """Why."""

    reason = line(_("Reason"), 200)


class CorrectForm(forms.Form):
    """What counts instead of what was measured."""

    measure = forms.ChoiceField(label=_("Measure"))
    part = forms.IntegerField(label=_("So many"), min_value=0)
    whole = forms.IntegerField(label=_("of so many"), min_value=0)
    reason = line(_("Reason"), 200, help_text=_("The worker reads it."))

    def __init__(self, *args: Any, measures: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = measures  # type: ignore[attr-defined]
