"""What is entered about calls and interviews held again."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.census.fieldwork import words
from domicile.apps.census.listing.forms import DayInput


class CallForm(forms.Form):
    """How a call came out."""

    outcome = forms.ChoiceField(label=_("How it went"), choices=words.OUTCOMES.items(), widget=forms.RadioSelect)
    again_on = forms.DateField(label=_("Come again on"), required=False, widget=DayInput)
    part_of_day = forms.ChoiceField(
        label=_("When"), choices=[("", _("not agreed")), *words.PARTS.items()], required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["again_on"].widget.attrs["min"] = timezone.localdate().isoformat()


class DrawForm(forms.Form):
    """How many households of an area are asked again."""

    count = forms.IntegerField(label=_("How many households"), min_value=1, max_value=50, initial=3)


class ReinterviewForm(forms.Form):
    """How the household answered when asked again."""

    items = forms.IntegerField(label=_("How many items were compared"), min_value=1, max_value=200)
    differing = forms.IntegerField(
        label=_("How many of them came out otherwise"), min_value=0, max_value=200, initial=0
    )


class ApartForm(forms.Form):
    """The household that a form belongs to."""

    head_name = forms.CharField(label=_("Name of the head of the other household"), max_length=60, required=False)
