"""Forms of vital events: each on one page, none with more than what a service needs (P-1, P-3)."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.people.forms.base import ChangeForm, DayInput, name_of, not_in_future, relation_choices, sex_choices
from domicile.apps.people.forms.homes import SuccessionForm
from domicile.apps.people.items import PRECISIONS
from domicile.apps.people.models import Member
from domicile.apps.vitals import words
from domicile.apps.vitals.models import VitalEvent
from domicile.core.policy.vitals import papers_asked

SURE = [(key, label) for key, label in PRECISIONS.items() if key != "unknown"]


def empty_first(empty: Any, found: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Choices with an empty one first."""
    return [("", empty), *found.items()]


class EventForm(SuccessionForm):
    """What every event asks: the day, how sure it is, where, who reported it, the papers as far as they are there."""

    day_name = "day"
    place = forms.CharField(label=_("Where it happened"), max_length=160, required=False,
                            help_text=_("A hospital, an address or a town, as far as known."))  # fmt: skip
    precision = forms.ChoiceField(label=_("How sure the day is"), choices=SURE, initial="day", required=False)
    told_by = forms.ChoiceField(
        label=_("Who reported it"), choices=empty_first(_("not said"), words.TOLD_BY), required=False
    )

    def ask_papers(self, kind: str, today: dt.date, *, found: bool = False) -> None:
        """Add a question for each paper; the one asked for first may have a number."""
        self.needs = papers_asked(kind, today, found=found)
        for place, (need, kinds) in enumerate(self.needs.items()):
            known = {one: words.PAPERS[one] for one in kinds}
            self.fields[f"paper_{need}"] = forms.ChoiceField(
                label=_("Paper seen: {paper}").format(paper=words.PAPERS[need]),
                choices=empty_first(_("still missing: stays open"), known), required=False,
            )  # fmt: skip
            if place == 0:
                self.fields[f"number_{need}"] = forms.CharField(
                    label=_("Certificate number"), max_length=40, required=False,
                    widget=forms.TextInput(attrs={"autocomplete": "off"}),
                )  # fmt: skip

    def in_order(self, *first: str) -> None:
        """The fields in the order of a conversation: who and when, where, the papers, why."""
        papers = [name for name in self.fields if name.startswith(("paper_", "number_"))]
        self.order_fields([*first, "place", "told_by", *papers, "precision", "reason"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for need in getattr(self, "needs", {}):
            if values.get(f"number_{need}") and not values.get(f"paper_{need}"):
                self.add_error(f"paper_{need}", _("Say which paper this number stands on."))
        return values

    def told(self) -> dict[str, Any]:
        """What the actions take of it."""
        values = self.cleaned_data
        papers = {need: values.get(f"paper_{need}", "") for need in self.needs}
        numbers = {need: values.get(f"number_{need}", "") for need in self.needs}
        return {
            "precision": values.get("precision") or "day", "place": values["place"], "told_by": values["told_by"],
            "papers": {need: kind for need, kind in papers.items() if kind},
            "numbers": {need: number for need, number in numbers.items() if number},
        }  # fmt: skip


class BirthForm(EventForm):
    """A child just born, or told of late: no name and no paper needed; parents are members, named in words, or not known."""

    sex = forms.ChoiceField(label=_("Sex"))
    birth_date = forms.DateField(label=_("Born on"), widget=DayInput)
    name = forms.CharField(label=_("Person's name"), max_length=64, required=False,
                           help_text=_("Leave empty while there is none: add it later."))  # fmt: skip
    mother = forms.ChoiceField(label=_("Mother"), required=False)
    mother_name = forms.CharField(label=_("Mother's name, when she is not on file here"), max_length=64, required=False)
    father = forms.ChoiceField(label=_("Father"), required=False)
    father_name = forms.CharField(label=_("Father's name, when he is not on file here"), max_length=64, required=False)
    relation = forms.ChoiceField(label=_("Relationship to the head"), required=False)
    registered = forms.ChoiceField(
        label=_("Household registration"),
        choices=[("unknown", _("not known yet")), ("here", _("in this dwelling")), ("nowhere", _("not registered yet"))],
    )  # fmt: skip
    found = forms.BooleanField(
        label=_("A foundling"), required=False, help_text=_("No parent is known, and the birth date is an estimate.")
    )
    ask_text = forms.CharField(
        label=_("Where the parents are registered, when elsewhere"), max_length=160, required=False,
        help_text=_("That place is asked. The registration here is complete at once and waits for no answer."),
    )  # fmt: skip
    ask_code = forms.CharField(
        label=_("Code of the area, when known"), max_length=15, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    another_child = forms.BooleanField(label=_("It is none of these: another child"), required=False)

    def __init__(self, *args: Any, members: list[Member], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = self.is_bound and bool(self.data.get("found"))
        self.ask_papers("birth", today, found=found)
        self.fields["sex"].choices = sex_choices()  # type: ignore[attr-defined]
        self.fields["relation"].choices = relation_choices(_("not known yet"))  # type: ignore[attr-defined]
        for field, sex in (("mother", "2"), ("father", "1")):
            people = [(str(m.person_id), name_of(m)) for m in members if m.person.sex == sex]
            self.fields[field].choices = [("", _("not in this household")), *people]  # type: ignore[attr-defined]
        self.in_order(
            "sex", "birth_date", "name", "mother", "mother_name", "father", "father_name", "relation", "registered",
            "found", "ask_text", "ask_code",
        )  # fmt: skip

    def clean_birth_date(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["birth_date"])

    def parents(self) -> dict[str, str]:
        """Person id → birth, of those named."""
        return {self.cleaned_data[field]: "birth" for field in ("mother", "father") if self.cleaned_data.get(field)}


class DeathForm(EventForm):
    died_on = forms.DateField(label=_("Died on"), widget=DayInput)
    spouse_id = forms.ChoiceField(
        label=_("Spouse, who is widowed"), required=False, help_text=_("Their marital status becomes: widowed.")
    )
    despite = forms.BooleanField(label=_("It is right all the same"), required=False)

    def __init__(
        self, *args: Any, others: Sequence[Member], leaves_as_head: bool, spouses: Sequence[tuple[str, Any]],
        today: dt.date, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.others = list(others) if leaves_as_head else []
        if self.others:
            self.ask_successor(self.others)
        self.ask_papers("death", today)
        self.fields["spouse_id"].choices = [("", _("none, or not on file here")), *spouses]  # type: ignore[attr-defined]
        if not spouses:
            del self.fields["spouse_id"]
        relations = (f"relation_{one.person_id}" for one in self.others)
        self.in_order("died_on", "new_head_id", *relations, "spouse_id")

    def clean_died_on(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["died_on"])


class UnionForm(EventForm):
    """A marriage or a divorce of somebody on file: the other one by choice, by number, or in words."""

    day = forms.DateField(label=_("Day"), widget=DayInput)
    spouse_id = forms.ChoiceField(label=_("The other one, of the household"), required=False)
    spouse_number = forms.CharField(
        label=_("or by the document number of somebody on file"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    spouse_name = forms.CharField(label=_("or by name, when not on file here"), max_length=64, required=False)
    in_household = forms.BooleanField(label=_("Note in the household that they are head and spouse"), required=False)

    def __init__(self, *args: Any, kind: str, people: Sequence[tuple[str, Any]], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].label = words.DAYS[kind]
        self.fields["spouse_id"].choices = [("", _("not in this household")), *people]  # type: ignore[attr-defined]
        if kind != "marriage" or not people:
            del self.fields["in_household"]
        if not people:
            del self.fields["spouse_id"]
        self.ask_papers(kind, today)
        self.in_order("day", "spouse_id", "spouse_number", "spouse_name", "in_household")

    def clean_day(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["day"])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        given = [name for name in ("spouse_id", "spouse_number", "spouse_name") if values.get(name)]
        if len(given) != 1:
            self.add_error("spouse_name", _("Say who the other one is in one way: by choice, by number, or by name."))
        return values


class AdoptionForm(EventForm):
    day = forms.DateField(label=_("Adopted on"), widget=DayInput)
    adopters = forms.MultipleChoiceField(
        label=_("Adoptive parents, of the household"), widget=forms.CheckboxSelectMultiple, required=False
    )
    number = forms.CharField(
        label=_("Document number of an adoptive parent on file"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    other_number = forms.CharField(
        label=_("Document number of the other one"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    adopter_name = forms.CharField(label=_("Name of one who is not on file here"), max_length=64, required=False)
    moves_in = forms.BooleanField(
        label=_("The child moves into the household of the adoptive parents on this day"), required=False
    )
    relation = forms.ChoiceField(label=_("Relationship to the head there"), required=False)

    def __init__(self, *args: Any, people: Sequence[tuple[str, Any]], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["adopters"].choices = list(people)  # type: ignore[attr-defined]
        if not people:
            del self.fields["adopters"]
        self.fields["relation"].choices = relation_choices(_("not known yet"))  # type: ignore[attr-defined]
        self.ask_papers("adoption", today)
        self.in_order("day", "adopters", "number", "other_number", "adopter_name", "moves_in", "relation")

    def clean_day(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["day"])

    def chosen(self) -> list[uuid.UUID]:
        """Who was ticked."""
        return [uuid.UUID(key) for key in self.cleaned_data.get("adopters", [])]


class PaperForm(ChangeForm):
    kind = forms.ChoiceField(label=_("Paper seen"))
    number = forms.CharField(
        label=_("Certificate number"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    field_order = ("kind", "number", "reason")

    def __init__(self, *args: Any, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(one, words.PAPERS[one]) for one in kinds]  # type: ignore[attr-defined]


class AskForm(ChangeForm):
    ask_text = forms.CharField(label=_("Place of registration of the parents"), max_length=160, required=False)
    ask_code = forms.CharField(
        label=_("Code of the area, when known"), max_length=15, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    field_order = ("ask_text", "ask_code", "reason")


class AnswerForm(ChangeForm):
    answer = forms.ChoiceField(label=_("Their answer"), choices=list(words.ANSWERS.items()), widget=forms.RadioSelect)
    text = forms.CharField(label=_("In words"), max_length=200, required=False)
    evidence = forms.CharField(
        label=_("Letter, call or paper"), max_length=200, required=False,
        help_text=_("Needed when you write down what another place answered: the number and day of the letter, or who called."),
    )  # fmt: skip
    field_order = ("answer", "text", "evidence", "reason")


class AnswerOutsideForm(ChangeForm):
    answer = forms.ChoiceField(label=_("Our answer"), choices=list(words.ANSWERS.items()), widget=forms.RadioSelect)
    text = forms.CharField(label=_("In words"), max_length=200, required=False)
    field_order = ("answer", "text", "reason")


class CorrectForm(ChangeForm):
    """What an event says; what followed from its day is corrected with it."""

    day = forms.DateField(label=_("Day"), widget=DayInput)
    precision = forms.ChoiceField(label=_("How sure the day is"), choices=SURE)
    place = forms.CharField(label=_("Where it happened"), max_length=160, required=False)
    told_by = forms.ChoiceField(
        label=_("Who reported it"), choices=empty_first(_("not said"), words.TOLD_BY), required=False
    )
    evidence = forms.CharField(
        label=_("Paper you saw"), max_length=200, required=False,
        help_text=_("Needed when the birth date is corrected."),
    )  # fmt: skip
    field_order = ("day", "precision", "place", "told_by", "evidence", "reason")

    def __init__(self, *args: Any, event: VitalEvent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].label = words.DAYS[event.kind]
        if event.kind != "birth":
            self.fields["evidence"].help_text = ""

    def clean_day(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["day"])


class AnnulForm(ChangeForm):
    """Only why."""
