"""The forms of a comparison."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ProposeForm(forms.Form):
    """With whom, about whom and why."""

    peer = forms.ChoiceField(label=_("Other register"), widget=forms.RadioSelect)
    places = forms.CharField(
        label=_("People registered in"), max_length=700,
        help_text=_(
            "Codes of places in either of the two registers, of 6, 9 or 12 digits, with blanks between. Each register looks only "
            "at those of its residents who are registered there."
        ),
    )  # fmt: skip
    unknown = forms.BooleanField(label=_("Also residents of whom no place of registration is on file"), required=False)
    most = forms.IntegerField(
        label=_("People of the other register, at most"), min_value=1,
        help_text=_(
            "So many it may be about: no more than there can sensibly be, since each is a chance to ask about somebody here."
        ),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("What it is for"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The other register reads this. Name nobody."),
    )  # fmt: skip

    def __init__(self, *args: Any, peers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["peer"].choices = list(peers)  # type: ignore[attr-defined]

    def clean_places(self) -> list[str]:
        """One code each."""
        return str(self.cleaned_data["places"]).replace(",", " ").replace("，", " ").replace("、", " ").split()


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class SettleForm(forms.Form):
    """What was done."""

    reason = forms.CharField(label=_("What was done"), max_length=200)


class AskForm(forms.Form):
    """Where in the other register is asked, and why."""

    to_code = forms.CharField(
        label=_("Code of the area asked"), max_length=12,
        help_text=_("The community (12 digits), township (9) or county (6) of the other register."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why, in a sentence"), max_length=200, help_text=_("The area asked and the person can read this.")
    )
