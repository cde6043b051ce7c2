"""What is asked of a mover, and of whoever sees to a word."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.moves import words as move_words
from domicile.apps.moves.models import Where
from domicile.apps.moves.mover import words
from domicile.apps.moves.mover.models import MoverWord
from domicile.apps.people.forms.base import ChangeForm, DayInput, choices
from domicile.apps.screens.widgets import LongSelect
from domicile.core.codes.phones import PhoneError, parse_phone

Wish = MoverWord.Wish
#: More digits than a house has: a number of a document or a phone.
LONG_NUMBER = 11
#: In the mover's words: nobody outside of the office knows what a register is.
WHERE = {**move_words.WHERE, Where.AREA.value: _("a place in the list below")}


class MoverForm(forms.Form):
    """What every word says: who, and whatever the wish asks for; nothing else is asked."""

    who = forms.MultipleChoiceField(label=_("Who"), widget=forms.CheckboxSelectMultiple)
    day = forms.DateField(label=_("Day"), widget=DayInput)
    to_where = forms.ChoiceField(label=_("Where to"), choices=list(WHERE.items()), widget=forms.RadioSelect)
    area = forms.ChoiceField(label=_("Area"), required=False, widget=LongSelect)
    to_text = forms.CharField(
        label=_("Where, in words"), max_length=160, required=False,
        help_text=_("As one would say it: street, number, building. No phone and no identity number here."),
    )  # fmt: skip
    reason_code = forms.ChoiceField(label=_("Why"), required=False, help_text=_("Only if you like."))
    expected_return = forms.DateField(
        label=_("Expected back"), widget=DayInput, required=False, help_text=_("Only if it is known.")
    )
    contact = forms.CharField(
        label=_("Phone"), max_length=40, required=False, help_text=_("Only if you like: for questions about this move."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        wish: str,
        people: Sequence[tuple[uuid.UUID, str]],
        areas: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.wish = wish
        for name in set(self.fields) - FIELDS[wish]:
            del self.fields[name]
        self.fields["who"].choices = [(str(key), name) for key, name in people]  # type: ignore[attr-defined]
        self.fields["who"].label = WHO.get(wish, _("Who"))
        if "day" in self.fields:
            self.fields["day"].label = DAYS.get(wish, words.DAYS[wish])
            self.fields["day"].required = wish != Wish.ELSEWHERE
        if "area" in self.fields:
            self.fields["area"].choices = [("", ""), *areas]  # type: ignore[attr-defined]
            self.fields["area"].label = _("Community or county, if it is in the list")
        if "reason_code" in self.fields:
            self.fields["reason_code"].choices = choices("inflow_reason")  # type: ignore[attr-defined]

    def clean_to_text(self) -> str:
        text = str(self.cleaned_data["to_text"]).strip()
        if sum(character.isdigit() for character in text) >= LONG_NUMBER:
            raise forms.ValidationError(_("This looks like it holds a number. Leave identity and phone numbers out."))
        return text

    def clean_contact(self) -> str:
        text = str(self.cleaned_data["contact"]).strip()
        if not text:
            return ""
        try:
            return parse_phone(text).number
        except PhoneError as fault:
            raise forms.ValidationError(_("This is no telephone number. A mobile number has 11 digits.")) from fault

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        where = values.get("to_where")
        if where == Where.AREA and not values.get("area"):
            self.add_error("area", _("Choose the area from the list."))
        if where == Where.ELSEWHERE and not values.get("to_text"):
            self.add_error("to_text", _("Say where to, in words."))
        values["to_code"] = values.get("area", "") if where in {None, Where.AREA} else ""
        return values


#: What each wish is asked about.
FIELDS: dict[str, set[str]] = {
    Wish.ARRIVED: {"who", "day", "area", "to_text", "contact"},
    Wish.ELSEWHERE: {"who", "day", "to_where", "area", "to_text", "contact"},
    Wish.NOT_GOING: {"who", "contact"},
    Wish.BACK: {"who", "day", "contact"},
    Wish.LEAVING: {"who", "day", "to_where", "area", "to_text", "reason_code", "expected_return", "contact"},
}
WHO = {Wish.ARRIVED.value: _("Who has come"), Wish.LEAVING.value: _("Who goes")}
DAYS = {
    Wish.ARRIVED.value: _("First day living there"),
    Wish.ELSEWHERE.value: _("First day no longer living at the old place, if that changes"),
    Wish.BACK.value: _("First day living there again"),
    Wish.LEAVING.value: _("First day no longer living at the old place"),
}


class SetAsideForm(ChangeForm):
    """Why a word is not followed."""
