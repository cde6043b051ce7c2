"""Forms of who lives where: stays end, households move, split and join, another heads them."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.people.forms.base import (
    ChangeForm,
    DayInput,
    choices,
    name_of,
    not_in_future,
    relation_choices,
)
from domicile.apps.people.models import HEAD, Member


class SuccessionForm(ChangeForm):
    """A change after which somebody else heads a household: who, and what the others are to them."""

    def ask_successor(self, others: Sequence[Member], help_text: Any = "") -> None:
        """Add the questions about those who stay behind."""
        self.others = list(others)
        people = [("", ""), *((str(other.person_id), name_of(other)) for other in self.others)]
        self.fields["new_head_id"] = forms.ChoiceField(
            label=_("New head of the household"), choices=people,
            help_text=help_text or _("The head leaves and others stay: one of them becomes the head."),
        )  # fmt: skip
        for other in self.others if len(self.others) > 1 else ():
            self.fields[f"relation_{other.person_id}"] = forms.ChoiceField(
                label=_("{name}: relationship to the new head").format(name=name_of(other)),
                choices=relation_choices(_("as it follows from before, else not known yet")), required=False,
            )  # fmt: skip

    def new_head(self) -> uuid.UUID | None:
        """Who succeeds, where that was asked."""
        chosen = self.cleaned_data.get("new_head_id")
        return uuid.UUID(chosen) if chosen else None

    def relations(self) -> dict[str, str]:
        """Person id → relationship to the new head, as far as given."""
        others = getattr(self, "others", [])
        given = {str(other.person_id): self.cleaned_data.get(f"relation_{other.person_id}") for other in others}
        return {person: code for person, code in given.items() if code and person != str(self.new_head())}


class EndStayForm(SuccessionForm):
    end = forms.DateField(label=_("First day no longer living here"), widget=DayInput)

    def __init__(self, *args: Any, others: list[Member], leaves_as_head: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = others if leaves_as_head else []
        if self.others:
            self.ask_successor(self.others)
        self.order_fields(["end", "new_head_id", *(f"relation_{o.person_id}" for o in self.others), "reason"])


class ChangeHeadForm(SuccessionForm):
    def __init__(self, *args: Any, members: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_successor(members, _("The household stays together; only its head changes."))
        listed = [(str(m.person_id), name_of(m)) for m in members if m.relation != HEAD]
        self.fields["new_head_id"].choices = [("", ""), *listed]  # type: ignore[attr-defined]
        self.order_fields(["new_head_id", *(f"relation_{m.person_id}" for m in members), "reason"])


class _Chosen(SuccessionForm):
    """Some members of a household are chosen; what is then missing about heads is asked in a second round.

    `asked` in the data tells which questions were shown: a form sent without it is shown again with the questions that follow from
    the choice, and only then a missing answer is an error.
    """

    who = forms.MultipleChoiceField(label=_("Who"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, members: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        self.fields["who"].choices = [(str(m.person_id), name_of(m)) for m in members]  # type: ignore[attr-defined]
        if self.is_bound:
            self._second_round()

    def chosen(self) -> list[Member]:
        """The members ticked."""
        ticked = set(self.data.getlist("who")) if self.is_bound else set()  # type: ignore[union-attr, attr-defined]
        return [member for member in self.members if str(member.person_id) in ticked]

    def staying(self) -> list[Member]:
        """The members not ticked."""
        chosen = self.chosen()
        return [member for member in self.members if member not in chosen]

    def head_goes(self) -> bool:
        return any(member.relation == HEAD for member in self.chosen()) and bool(self.staying())

    def _second_round(self) -> None:
        if self.head_goes():
            self.ask_successor(self.staying(), _("The head goes: who of those who stay becomes the head?"))

    @property
    def second(self) -> list[Any]:
        """The fields of the second round."""
        return [self[name] for name in self.fields if name.startswith(("new_head_id", "relation_", "head_id", "to_"))]

    @property
    def first(self) -> list[Any]:
        """The fields of the first round."""
        later = {field.name for field in self.second}
        return [field for field in self if field.name not in later and field.name != "reason"]

    def round_missing(self) -> bool:
        """Whether questions have come up that were not yet shown."""
        return bool(self.second) and self.data.get("asked") != self.signature()

    def signature(self) -> str:
        """What the questions of the second round depend on."""
        return ",".join(sorted(field.name for field in self.second))

    def without_errors(self) -> None:
        """Show the questions of the second round as open, not as wrong."""
        for field in self.second:
            self.errors.pop(field.name, None)


class LeaveForm(_Chosen):
    """Members, or all, move away."""

    end = forms.DateField(label=_("First day no longer living here"), widget=DayInput)
    field_order = ("who", "end", "new_head_id", "reason")


class RegroupForm(_Chosen):
    """Members move to another dwelling, form a household of their own, or join another one."""

    where = forms.ChoiceField(label=_("Where to"), widget=forms.RadioSelect)
    since = forms.DateField(label=_("From which day"), widget=DayInput)
    reason_code = forms.ChoiceField(label=_("Reason for moving"), required=False)
    field_order = ("who", "where", "since", "reason_code", "reason")

    def __init__(self, *args: Any, places: list[tuple[str, Any]], kind: str, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)
        self.fields["where"].choices = places  # type: ignore[attr-defined]
        self.fields["reason_code"].choices = choices("inflow_reason")  # type: ignore[attr-defined]

    def clean_since(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["since"])

    def _second_round(self) -> None:
        super()._second_round()
        going, joins = self.chosen(), bool(self.into())
        headed = any(member.relation == HEAD for member in going)
        if len(going) > 1 and not joins and not headed and self.data.get("where"):
            people = [("", ""), *((str(member.person_id), name_of(member)) for member in going)]
            self.fields["head_id"] = forms.ChoiceField(label=_("Who heads the new household"), choices=people)
        if joins or "head_id" in self.fields:
            for member in going:
                self.fields[f"to_{member.person_id}"] = forms.ChoiceField(
                    label=_("{name}: relationship to the head there").format(name=name_of(member)),
                    choices=relation_choices(_("not known yet")), required=False,
                )  # fmt: skip

    def dwelling(self) -> uuid.UUID:
        """The dwelling chosen."""
        return uuid.UUID(self.cleaned_data["where"].partition("/")[0])

    def into(self) -> uuid.UUID | None:
        """The household chosen to join, if any."""
        household = str(self.data.get("where", "")).partition("/")[2]
        try:
            return uuid.UUID(household) if household else None
        except ValueError:
            return None

    def head(self) -> uuid.UUID | None:
        chosen = self.cleaned_data.get("head_id")
        return uuid.UUID(chosen) if chosen else None

    def relations_there(self) -> dict[str, str]:
        """Person id → relationship to the head of the household that they come into."""
        given = {str(m.person_id): self.cleaned_data.get(f"to_{m.person_id}") for m in self.chosen()}
        return {person: code for person, code in given.items() if code and person != str(self.head())}


class WrongDwellingForm(ChangeForm):
    """The household was recorded at a wrong address."""

    where = forms.ChoiceField(label=_("Where it lives"), widget=forms.RadioSelect)
    field_order = ("where", "reason")

    def __init__(self, *args: Any, places: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["where"].choices = places  # type: ignore[attr-defined]

    def dwelling(self) -> uuid.UUID:
        return uuid.UUID(self.cleaned_data["where"].partition("/")[0])
