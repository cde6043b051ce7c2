"""Link two ids of one person, and take a link away. Pieces of the actions of apps/duplicates, which say who may and why."""

import copy
import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder
from domicile.apps.common.refusals import Refused
from domicile.apps.people import registry, visibility
from domicile.apps.people.identity.deriving import Held
from domicile.apps.people.identity.reading import group_q, stands_of
from domicile.apps.people.identity.settling import Settling
from domicile.apps.people.models import Person, SamePerson, SetAside, Spell


def must_stand(one: uuid.UUID, other: uuid.UUID) -> uuid.UUID | None:
    """Which of two ids has to stand: who died, else who has a residence that goes on; None where either may.

    Both stand for themselves. Two queries.
    """
    dead = set(Person.objects.filter(pk__in=(one, other), died_on__isnull=False).values_list("pk", flat=True))
    if len(dead) == 1:
        return dead.pop()
    lives = set(
        Spell.objects.filter(person_id__in=(one, other), kind=Spell.Kind.USUAL, end=None).values_list(
            "person_id", flat=True
        )
    )
    return lives.pop() if len(lives) == 1 else None


def link(stands: uuid.UUID, other: uuid.UUID, change: Recorder, *, now: dt.datetime, today: dt.date) -> SamePerson:
    """Let `stands` stand for `other` and for all whom that one stood for. Both stand for themselves before.

    Raises Refused where they are one already, where one of them is linked to somebody else by now, or where the other
    has to stand (`must_stand`).
    """
    _lock(stands, other)
    if stands == other or any(pk != root for pk, root in stands_of((stands, other)).items()):
        raise Refused(_("One of the two was merged meanwhile. Open the pair again."))
    if must_stand(stands, other) == other:
        raise Refused(
            _("The record of who died, or else the one with the residence that goes on, has to stay: choose that one."),
            "stands",
        )
    links = _links((stands, other))
    registry.check_merging([other])
    moved = [one for one in links if one.stands_id == other]
    new = SamePerson(person_id=other, into_id=stands, stands_id=stands, merged_at=now)
    settling = Settling([*_told(links, moved, stands), new], [stands], _kept(links), today)
    with _no_meeting():
        settling.take(change)
        change.update_many(moved, stands_id=stands)
        change.create(new)
        settling.put(change)
        visibility.refresh_all([stands, other, *(one.person_id for one in links)], change)
    return new


def foresee(stands: uuid.UUID, other: uuid.UUID, *, today: dt.date) -> list[Held]:
    """What `link` would set aside of the rows of both, and fill: rows with `out` or `wanted`. Nothing is written."""
    links = _links((stands, other))
    moved = [one for one in links if one.stands_id == other]
    new = SamePerson(person_id=other, into_id=stands, stands_id=stands, merged_at=timezone.now())
    settling = Settling([*_told(links, moved, stands), new], [stands], _kept(links), today)
    return [held for held in settling.rows if held.out or held.wanted]


def unlink(person: uuid.UUID, change: Recorder, *, today: dt.date) -> uuid.UUID:
    """Let a person stand again, with those who were merged with them before; returns the id that stood for them.

    Every row is then as if they had never been merged, with the edits that were made since. Raises Refused where they
    are not merged, and where something that was set aside has no place any more.
    """
    root = SamePerson.objects.filter(person_id=person).values_list("stands_id", flat=True).first()
    if root is None:
        raise Refused(_("These two are not merged any more. Open the card again."))
    _lock(root, person)
    links = _links((root,))
    gone = next((one for one in links if one.person_id == person), None)
    if gone is None:
        raise Refused(_("These two are not merged any more. Open the card again."))
    moved = _below(person, links)
    left = [one for one in links if one is not gone]
    settling = Settling(_told(left, moved, person), [root, person], _kept(links), today)
    with _no_meeting():
        settling.take(change)
        change.delete(gone)
        change.update_many(moved, stands_id=person)
        settling.put(change)
        visibility.refresh_all([root, *(one.person_id for one in links)], change)
    return root


class _no_meeting:
    """Say in words what the database refuses: somebody would live in two places on one day."""

    def __enter__(self) -> None:
        self.point = transaction.atomic()
        self.point.__enter__()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self.point.__exit__(kind, error, trace)  # type: ignore[arg-type]
        if isinstance(error, IntegrityError):
            raise Refused(
                _(
                    "What was set aside cannot come back: on one of its days another stay is on file now. Correct that first."
                )
            ) from error


def _lock(*persons: uuid.UUID) -> None:
    """Hold these persons, in one order, so that two merges of one of them come one after the other."""
    list(Person.objects.select_for_update().filter(pk__in=persons).order_by("pk").values_list("pk", flat=True))


def _links(persons: Sequence[uuid.UUID]) -> list[SamePerson]:
    return list(SamePerson.objects.filter(group_q(persons)).order_by("merged_at", "id"))


def _kept(links: Sequence[SamePerson]) -> list[SetAside]:
    return list(SetAside.objects.filter(link__in=links).order_by("id")) if links else []


def _told(links: Sequence[SamePerson], moved: Sequence[SamePerson], stands: uuid.UUID) -> list[SamePerson]:
    """The links as they are going to be: those of `moved` with another who stands."""
    told = []
    for one in links:
        new = copy.copy(one)
        if one in moved:
            new.stands_id = stands
        told.append(new)
    return told


def _below(person: uuid.UUID, links: Sequence[SamePerson]) -> list[SamePerson]:
    """The links of those who were merged with this person, or with one of those."""
    held, found = {person}, []
    rest = list(links)
    while fresh := [one for one in rest if one.into_id in held and one.person_id != person]:
        found += fresh
        held = {one.person_id for one in fresh}
        rest = [one for one in rest if one not in fresh]
    return found
