"""Forms of moves: away, arriving, and what either end says."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.moves import words
from domicile.apps.moves.models import Where
from domicile.apps.moves.selectors.candidates import Declared, OnFile
from domicile.apps.people.forms.base import ChangeForm, DayInput, choices, name_of, not_in_future
from domicile.apps.people.forms.persons import PersonFields
from domicile.apps.people.models import HEAD, Member
from domicile.apps.screens.widgets import LongSelect

SOMEBODY_NEW = "new"
SUGGESTED_RETURN = _("Only if it is known; nobody is reminded of it.")


class WhereToForm(ChangeForm):
    """Where somebody goes: an area of this register, another place, abroad, or not known."""

    to_where = forms.ChoiceField(label=_("Where to"), choices=list(words.WHERE.items()), widget=forms.RadioSelect)
    area = forms.ChoiceField(
        label=_("Area, when it is of this register or of a linked one"), required=False, widget=LongSelect
    )
    to_text = forms.CharField(
        label=_("Where to, in words"), max_length=160, required=False,
        help_text=_("For another place or abroad: as far as the person tells it, for example 上海市 or 泰国."),
    )  # fmt: skip
    to_code = forms.CharField(
        label=_("Code of the area, when known"), max_length=12, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip

    def ask_where(self, areas: Sequence[tuple[str, str]]) -> None:
        """Offer the areas."""
        self.fields["area"].choices = [("", ""), *areas]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        where = values.get("to_where")
        if where == Where.AREA and not values.get("area"):
            self.add_error("area", _("Choose the area from the list."))
        if where == Where.ELSEWHERE and not values.get("to_text") and not values.get("to_code"):
            self.add_error("to_text", _("Say where to, in words."))
        if where == Where.AREA:
            values["to_code"] = values.get("area", "")
        elif where != Where.ELSEWHERE:
            values["to_code"] = ""
        return values

    def destination(self) -> dict[str, str]:
        """The destination as the actions take it."""
        return {name: self.cleaned_data.get(name, "") for name in ("to_where", "to_code", "to_text")}


class DeclareForm(WhereToForm):
    who = forms.MultipleChoiceField(label=_("Who goes"), widget=forms.CheckboxSelectMultiple)
    day = forms.DateField(label=_("First day no longer living here"), widget=DayInput)
    reason_code = forms.ChoiceField(label=_("Reason of the move"), required=False)
    expected_return = forms.DateField(
        label=_("Expected back"), widget=DayInput, required=False, help_text=SUGGESTED_RETURN
    )
    new_head_id = forms.ChoiceField(
        label=_("New head of the household"), required=False,
        help_text=_("Only when the head leaves and others stay: one of them becomes the head."),
    )  # fmt: skip
    field_order = ("who", "to_where", "area", "to_text", "to_code", "day", "reason_code", "expected_return", "new_head_id",
                   "reason")  # fmt: skip

    def __init__(
        self, *args: Any, members: Sequence[Member], person: tuple[uuid.UUID, Any], areas: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.members = list(members)
        self.ask_where(areas)
        people = [(str(row.person_id), name_of(row)) for row in self.members] or [(str(person[0]), person[1])]
        self.fields["who"].choices = people  # type: ignore[attr-defined]
        self.fields["reason_code"].choices = choices("inflow_reason")  # type: ignore[attr-defined]
        if len(people) > 1:
            self.fields["new_head_id"].choices = [("", ""), *people]  # type: ignore[attr-defined]
        else:
            del self.fields["new_head_id"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        going = set(values.get("who", ()))
        stay = [row for row in self.members if str(row.person_id) not in going]
        leads = any(row.relation == HEAD for row in self.members if str(row.person_id) in going)
        named = values.get("new_head_id", "")
        if "new_head_id" in self.fields and leads and stay and named not in {str(row.person_id) for row in stay}:
            self.add_error("new_head_id", _("The head of the household leaves: name who becomes the head."))
        if not (leads and stay):
            values["new_head_id"] = ""
        return values


class WhoForm(ChangeForm):
    """Those of a move who came, and the dwelling."""

    who = forms.MultipleChoiceField(
        label=_("Who has come"), widget=forms.CheckboxSelectMultiple,
        help_text=_("Those who come later stay announced."),
    )  # fmt: skip
    where = forms.ChoiceField(label=_("Dwelling and household"), widget=forms.RadioSelect)
    day = forms.DateField(label=_("First day living here"), widget=DayInput)
    field_order = ("who", "where", "day", "reason")

    def __init__(
        self, *args: Any, people: Sequence[tuple[uuid.UUID, Any]], places: Sequence[tuple[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [(str(key), name) for key, name in people]  # type: ignore[attr-defined]
        self.fields["where"].choices = places  # type: ignore[attr-defined]

    def clean_day(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["day"])


class ArrivalForm(PersonFields, ChangeForm):
    """Somebody at the door: who they are, since when, in which household. Candidates are asked about in a second round."""

    day = forms.DateField(label=_("First day living here"), widget=DayInput)
    into = forms.ChoiceField(label=_("Household"), required=False)
    first = ("name", "document_number", "sex", "birth_date", "phone", "registered", "registered_text", "registered_code",
             "reason_code", "day", "into", "relation")  # fmt: skip
    more = ("document_kind",)
    field_order = (*first, *more, "reason")

    def __init__(self, *args: Any, households: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = [("", _("a household of their own")), *households]  # type: ignore[attr-defined]

    def offer(self, declared: Sequence[Declared], on_file: Sequence[OnFile]) -> None:
        """Ask which of these it is."""
        found = [(f"move:{one.move_id}", one) for one in declared] + [
            (f"person:{one.person_id}", one) for one in on_file
        ]
        self.fields["choice"] = forms.ChoiceField(
            label=_("Which is it?"), widget=forms.RadioSelect,
            choices=[*((key, key) for key, _one in found), (SOMEBODY_NEW, _("none of these: somebody new"))],
        )  # fmt: skip

    def clean_day(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["day"])


class SayForm(ChangeForm):
    """A step that needs no more than a word why."""

    evidence = forms.CharField(
        label=_("Letter, call or paper"), max_length=200, required=False,
        help_text=_("Needed when you write down what the other end answered: the number and day of the letter, or who called."),
    )  # fmt: skip
    field_order: tuple[str, ...] = ("day", "new_head_id", "reason", "evidence")


class AcceptForm(SayForm):
    """`number`: of the last step when the form was opened. What came after it was not seen and is not accepted."""

    number = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ConfirmForm(SayForm):
    new_head_id = forms.ChoiceField(label=_("New head of the household"), required=False)

    def __init__(self, *args: Any, staying: Sequence[tuple[uuid.UUID, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if staying:
            people = [("", ""), *((str(key), name) for key, name in staying)]
            self.fields["new_head_id"].choices = people  # type: ignore[attr-defined]
        else:
            del self.fields["new_head_id"]


class ReturnForm(SayForm):
    day = forms.DateField(label=_("First day living here again"), widget=DayInput)


class ChangeDestinationForm(WhereToForm):
    day = forms.DateField(
        label=_("First day no longer living here, where that changes"), widget=DayInput, required=False
    )
    field_order = ("to_where", "area", "to_text", "to_code", "day", "reason")

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_where(areas)


class CorrectForm(SayForm):
    """The day that an end gave."""

    side = forms.ChoiceField(label=_("Whose word is corrected"))
    day = forms.DateField(label=_("Day"), widget=DayInput)
    field_order = ("side", "day", "reason", "evidence")

    def __init__(self, *args: Any, sides: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = sides  # type: ignore[attr-defined]


class CorrectWhereForm(WhereToForm, SayForm):
    """Where to, by the word of the place left, once they have arrived."""

    field_order = ("to_where", "area", "to_text", "to_code", "reason", "evidence")

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_where(areas)
