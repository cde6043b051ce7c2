"""Reading draws, checks and differences, inside the viewer's areas. A checker is never given what the record said."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.accounts.models import User
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.backcheck.checkers import barred, checkers
from domicile.apps.fieldwork.backcheck.models import BackCheck, CheckItem, Draw, Stratum
from domicile.apps.people.models import Household, Member, Person
from domicile.apps.people.selectors import words
from domicile.apps.tasks.models import Task
from domicile.apps.tasks.naming import Named
from domicile.apps.vault.sealing import Erased, open_many


def draws(viewer: Viewer) -> "QuerySet[Draw]":
    """Draws of the viewer's areas, the latest first, with what became of their records."""
    state = BackCheck.State
    return (
        restrict(Draw.objects.all(), viewer)
        .annotate(
            drawn=Count("strata__checks"),
            checked=Count("strata__checks", filter=Q(strata__checks__state=state.CHECKED)),
            gaps=Count("strata__checks", filter=Q(strata__checks__state=state.GAP)),
            left=Count("strata__checks", filter=Q(strata__checks__state=state.OPEN)),
        )
        .order_by("-drawn_on", "-pk")
    )


def draw(viewer: Viewer, key: uuid.UUID) -> Draw:
    """One draw. Raises OutOfReach outside the areas."""
    found = draws(viewer).filter(pk=key).first()
    if found is None:
        raise OutOfReach
    return found


def strata(draw: Draw) -> list[Stratum]:
    """Its strata, by grid."""
    return list(draw.strata.order_by("place_code", "worker"))


def checks(draw: Draw) -> "QuerySet[BackCheck]":
    """Its drawn records, by grid and address."""
    rows = BackCheck.objects.filter(stratum__draw=draw).select_related("stratum", "dwelling")
    return rows.order_by("place_code", "dwelling__sort_key", "pk")


def without_checker(draw: Draw, today: dt.date) -> "QuerySet[BackCheck]":
    """Those that nobody can make: gaps, those whose task was taken off the list, and those given to somebody who works there
    no longer or may not make them."""
    closed = Task.objects.filter(pk=OuterRef("task_id"), state=Task.State.OPEN)
    rows = BackCheck.objects.filter(stratum__draw=draw)
    return rows.filter(
        Q(state=BackCheck.State.GAP) | (Q(state=BackCheck.State.OPEN) & ~Exists(closed)) | Q(pk__in=_stuck(draw, today))
    ).order_by("place_code", "pk")  # fmt: skip


def _stuck(draw: Draw, today: dt.date) -> list[uuid.UUID]:
    """Open checks of a draw whose task is with somebody who may not make them. Four queries."""
    rows = list(BackCheck.objects.filter(stratum__draw=draw, state=BackCheck.State.OPEN))
    given, away = given_to(rows), barred(rows)
    able = {one.key: one.scopes for one in checkers(draw.place_code, today)}

    def stuck(row: BackCheck, who: uuid.UUID) -> bool:
        there = any(row.place_code.startswith(scope) for scope in able.get(str(who), ()))
        return who in away[row.pk] or not there

    return [row.pk for row in rows if row.pk in given and stuck(row, given[row.pk])]


def check(viewer: Viewer, key: uuid.UUID) -> BackCheck:
    """One drawn record. Raises OutOfReach outside the areas."""
    rows = restrict(BackCheck.objects.select_related("dwelling", "stratum__draw"), viewer)
    found = rows.filter(pk=key).first()
    if found is None:
        raise OutOfReach
    return found


def own_open(viewer: Viewer) -> list[BackCheck]:
    """The checks that the viewer has to make, in the order of the addresses."""
    mine = Task.objects.filter(pk=OuterRef("task_id"), state=Task.State.OPEN, worker=viewer.user_id)
    rows = BackCheck.objects.filter(Exists(mine), state=BackCheck.State.OPEN).select_related(
        "dwelling", "stratum__draw"
    )
    return list(restrict(rows, viewer).order_by("place_code", "dwelling__sort_key", "pk"))


def task_of(check: BackCheck) -> Task | None:
    """The task of a check."""
    return Task.objects.filter(pk=check.task_id).first() if check.task_id else None


def given_to(checks: Sequence[BackCheck]) -> dict[uuid.UUID, uuid.UUID]:
    """The account that has the open task of each check. One query."""
    rows = Task.objects.filter(pk__in=[one.task_id for one in checks if one.task_id], worker__isnull=False)
    workers = dict(rows.values_list("pk", "worker"))
    found = {one.pk: workers.get(one.task_id) for one in checks if one.task_id}
    return {check: worker for check, worker in found.items() if worker is not None}


def opened(items: Sequence[CheckItem], column: str) -> dict[uuid.UUID, str]:
    """What stands sealed in a column, by item; '' for whom nothing can be read any more, since they were erased."""
    try:
        return open_many(items, column)
    except Erased:
        found: dict[uuid.UUID, str] = {}
        for item in items:
            try:
                found |= open_many([item], column)
            except Erased:
                found[item.pk] = ""
        return found


def differences(viewer: Viewer, *, judged: bool = False) -> "QuerySet[CheckItem]":
    """Differences of the viewer's areas that wait to be judged, or that were judged, by grid and address."""
    rows = CheckItem.objects.filter(agrees=False).select_related("check_of__dwelling", "check_of__stratum", "person")
    rows = rows.exclude(verdict="") if judged else rows.filter(verdict="")
    order = (
        ("-judged_on", "pk")
        if judged
        else ("check_of__place_code", "check_of__dwelling__address", "check_of", "position")
    )
    return restrict(rows, viewer, "check_of__place_code").order_by(*order)


def difference(viewer: Viewer, key: uuid.UUID) -> CheckItem:
    """One difference. Raises OutOfReach outside the areas."""
    rows = restrict(
        CheckItem.objects.filter(agrees=False).select_related("check_of__dwelling", "check_of__stratum", "person"),
        viewer, "check_of__place_code",
    )  # fmt: skip
    found = rows.filter(pk=key).first()
    if found is None:
        raise OutOfReach
    return found


@dataclass(frozen=True)
class Asked:
    """Whom a question is about: who it is in words that do not give the answer away, and their items."""

    person_id: uuid.UUID | None
    who: str
    items: list[CheckItem]


def asked(checks: Sequence[BackCheck]) -> dict[uuid.UUID, list[Asked]]:
    """What each check asks, person by person, the dwelling first. Nothing of what is on file. Three queries."""
    items = list(
        CheckItem.objects.filter(check_of__in=checks).select_related("check_of", "person").order_by("position")
    )
    unnamed = {item.person_id for item in items if item.key == "name"}
    roles = _roles({one for one in unnamed if one})
    groups: dict[uuid.UUID, dict[uuid.UUID | None, list[CheckItem]]] = {}
    for item in items:
        groups.setdefault(item.check_of_id, {}).setdefault(item.person_id, []).append(item)
    return {
        key: [
            Asked(person, _who(rows[0].person, person in unnamed, roles), rows)
            for person, rows in sorted(people.items(), key=lambda pair: pair[0] is not None)
        ]
        for key, people in groups.items()
    }


def _who(person: Person | None, unnamed: bool, roles: dict[uuid.UUID, str]) -> str:
    if person is None:
        return _("The dwelling")
    if not unnamed:
        return words.name(person.name)
    known = [roles.get(person.pk, ""), words.birth(person)[:4]]
    return words.listed(part for part in known if part) or _("The person whose name is asked")


def _roles(persons: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What they are in their households, to tell them by where their name is asked."""
    rows = Member.objects.filter(person__in=persons, left_on=None, side=Household.Side.LIVING)
    return {person: words.coded("relation", code) for person, code in rows.values_list("person_id", "relation")}


def account_names(ids: Collection[Any]) -> dict[uuid.UUID, str]:
    """Names of accounts. One query."""
    return dict(User.objects.filter(pk__in={one for one in ids if one}).values_list("pk", "real_name"))


def task_names(viewer: Viewer, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Named]:
    """What checks are called in the list of tasks: their address, and nobody's name. One query."""
    rows = restrict(BackCheck.objects.filter(pk__in=ids, dwelling__isnull=False), viewer)
    return {key: Named(address) for key, address in rows.values_list("pk", "dwelling__address")}


def doors(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """The dwellings of checks. One query; nothing about people."""
    rows = BackCheck.objects.filter(pk__in=ids, dwelling__isnull=False).values_list("pk", "dwelling_id")
    return {key: dwelling for key, dwelling in rows if dwelling is not None}


def counted(
    viewer: Viewer | None, *, begin: dt.date, end: dt.date, accounts: Collection[uuid.UUID] | None = None, by: str = "accepted_on"
) -> "QuerySet[CheckItem]":  # fmt: skip
    """Answered items of checks whose day `by` lies in [begin, end): of the viewer's areas, or of what accounts collected."""
    rows = CheckItem.objects.filter(agrees__isnull=False, check_of__state=BackCheck.State.CHECKED)
    rows = rows.filter(**{f"check_of__{by}__gte": begin, f"check_of__{by}__lt": end})
    if accounts is not None:
        rows = rows.filter(check_of__stratum__worker__in=accounts)
    return rows if viewer is None else restrict(rows, viewer, "check_of__place_code")
