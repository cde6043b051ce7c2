"""What of this app can be proposed: each kind of change with its level and with how it reads."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from domicile.apps.collect.registry import Handler, labels, register, register_kin, register_namer
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import actions, describing, judging, parts
from domicile.apps.people.describing import heads_of, living_at, members_of, named
from domicile.apps.people.items import ITEMS
from domicile.apps.people.registry import undone_on_cards
from domicile.apps.people.selectors import naming
from domicile.core.policy.corrections import correction_level

#: Among which kinds a correction is listed, by the group that it stands in on the card.
GROUP_OF_ITEM = {"numbers": "numbers", "registration": "numbers"}
LIFE = ("correct_name", "give_name", "set_parent")
PAGES = {"person": "people:person", "household": "people:household", "dwelling": "people:dwelling"}


def name_level() -> str:
    """The level that may correct a name today (PE-1)."""
    return level_of("name")


def level_of(field: str) -> str:
    """The level that may correct a field today, by the dated table."""
    return correction_level(field, timezone.localdate())


def grid() -> str:
    """Who lives where is told at the door: decided from the grid upward."""
    return "grid"


def _relatives(arguments: Any) -> list[uuid.UUID]:
    return [uuid.UUID(person) for person in arguments.relations]


def correct_only(key: str, *, actor: Viewer, reason: str, evidence: str = "", arguments: actions.Correct) -> str:
    """The correction of one item: what is decided at its level corrects nothing else."""
    if arguments.item != key:
        raise Refused(_("This corrects another item than it says."))
    return actions.correct(actor=actor, reason=reason, evidence=evidence, arguments=arguments)


def kinds() -> set[str]:
    """Every kind of change that can be undone from a card: those of this app, and those that upper apps say."""
    return {name for name, _label in labels() if name.startswith("people.")} | undone_on_cards()


def register_all() -> None:
    """Called once at start-up."""

    def add(
        name: str, label: Any, arguments: type[Any], apply: Callable[..., Any], describe: Callable[[Any], Any],
        level: Callable[[], str] = grid, persons: Callable[[Any], Any] = lambda arguments: (), judge: Any = None,
        group: str = "",
    ) -> None:  # fmt: skip
        group = group or ("life" if name in LIFE else "homes")
        register(
            Handler(
                f"people.{name}", label, arguments, apply, describe, level, PAGES, persons, judge=judge, group=group,
                parts=parts.parts_of,
            )
        )  # fmt: skip

    add("correct_name", _("Correct a name"), actions.CorrectName, actions.correct_name, describing.describe_name,
        name_level, judge=judging.judge_corrections)  # fmt: skip
    add("give_name", _("Name a newborn"), actions.GiveName, actions.give_name, describing.describe_name,
        partial(level_of, "first_name"))  # fmt: skip
    add("end_stay", _("End a stay"), actions.EndStay, actions.end_stay, describing.describe_end,
        persons=lambda it: named(it.new_head_id), judge=judging.judge_leaving)  # fmt: skip
    add("leave_household", _("Household members moved away"), actions.LeaveHousehold, actions.leave_household,
        describing.describe_leaving,
        persons=lambda it: named(it.new_head_id, people=[*it.person_ids, *members_of(it.household_id)]),
        judge=judging.judge_leaving)  # fmt: skip
    add("add_member", _("Add a person to a household"), actions.AddMember, actions.add_member, describing.describe_member,
        persons=lambda it: named(it.person_id, people=members_of(it.household_id)), judge=judging.judge_arrivals)  # fmt: skip
    add("add_household", _("Add a household"), actions.AddHousehold, actions.add_household,
        describing.describe_household, persons=lambda it: heads_of(*living_at(it.dwelling_id)),
        judge=judging.judge_arrivals)  # fmt: skip
    add("change_head", _("Change the head of a household"), actions.ChangeHead, actions.change_head,
        describing.describe_head, partial(level_of, "relation"),
        lambda it: named(it.new_head_id, people=[*heads_of(it.household_id), *_relatives(it)]))  # fmt: skip
    add("regroup", _("Move, split or join a household"), actions.Regroup, actions.regroup,
        describing.describe_regroup,
        persons=lambda it: named(
            it.head_id, it.new_head_id, people=[*it.person_ids, *heads_of(it.household_id, it.into_id)]
        ))  # fmt: skip
    add("correct_dwelling", _("Correct the address of a household"), actions.CorrectDwelling,
        actions.correct_dwelling, describing.describe_dwelling, partial(level_of, "dwelling"),
        lambda it: heads_of(it.household_id))  # fmt: skip
    add("set_parent", _("Set who is a parent of a child"), actions.SetParent, actions.set_parent, describing.describe_parent,
        partial(level_of, "parents"), lambda it: named(it.parent_id))  # fmt: skip
    for item in ITEMS.values():
        label = format_lazy(_("Correct: {what}"), what=item.label)
        add(item.action.removeprefix("people."), label, actions.Correct, partial(correct_only, item.key),
            describing.describe_correction, partial(level_of, item.key), judge=judging.judge_corrections,
            group=GROUP_OF_ITEM.get(item.group, "person"))  # fmt: skip
    for kind in PAGES:
        register_namer(kind, partial(naming.subject_names, kind))
    for kind, near in (
        ("person", parts.near_persons), ("household", parts.near_households), ("dwelling", parts.near_dwellings),
    ):  # fmt: skip
        register_kin(kind, near)
