"""The work of a comparison at this end, step by step. Each step stands in one transaction with the message that tells of it.

A process that is killed leaves its step undone and nothing half done; whoever goes on takes the first step that is left. What is
heavy is computed before the transaction begins.
"""

import random
import uuid
from collections import defaultdict
from typing import Any, NamedTuple

import orjson
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.access.log import record_look
from domicile.apps.comparisons import agreeing, messages, policies, reading, records
from domicile.apps.comparisons.models import Comparison, Likeness, Part
from domicile.apps.people.identity import stands_of
from domicile.apps.tasks.models import Progress
from domicile.apps.vault.sealing import Erased, open_many, seal
from domicile.core.linkage.private import KINDS, POINT, Blinder, BoxBroken, Unfit, common, strength

LOOK = "comparison"
#: People noted in one row of the log of looks.
LOOKED_AT_ONCE = 5000
#: Tokens blinded between two looks at whether it still goes on.
BLINDED_AT_ONCE = 1000
AT_ONCE = 2000


class Owner(NamedTuple):
    """Of which kind a token is, and whose (ids of 32 hex digits)."""

    kind: str
    people: list[str]


class Over(Exception):
    """The comparison was stopped meanwhile."""


def work(comparison_id: uuid.UUID) -> None:
    """Take every step that can be taken now. Whatever breaks the protocol ends the comparison at both ends."""
    row = Comparison.objects.select_related("peer").filter(pk=comparison_id, state=Comparison.State.RUNNING).first()
    if row is None:
        return
    try:
        if not Part.objects.filter(comparison=row, own=True).exists():
            _send_own(row)
        for part in Part.objects.filter(comparison=row, own=False, doubled=None).order_by("number"):
            _double(row, part)
        _finish(row)
    except (Over, Erased):
        return
    except (Unfit, BoxBroken):
        with transaction.atomic():
            messages.stop(_locked(row), _("What came does not belong to this comparison."))
    finally:
        Progress.objects.filter(pk=row.pk).delete()


def may_go_on(row: Comparison) -> bool:
    """Whether a step is left here; otherwise it is the other end's turn. Up to four queries, which read no points."""
    parts = Part.objects.filter(comparison=row)
    if not parts.filter(own=True).exists() or parts.filter(own=False, doubled=None).exists():
        return True
    return _complete(row)


def _complete(row: Comparison) -> bool:
    """Whether all of both ends is under both secrets. The own parts are written all at once, theirs as they come."""
    parts = Part.objects.filter(comparison=row)
    return parts.filter(own=False).count() == row.their_parts and not parts.filter(doubled=None).exists()


def _send_own(row: Comparison) -> None:
    """Read whom it is about, blind their tokens and send them; every one of these people can see that they were compared."""
    owners, tokens = _tokens(row)
    points = _blinded(row, tokens)
    size = policies.number("part_tokens")
    starts = range(0, max(1, len(points)), size)
    box = messages.box_of(row)
    seen = sorted({uuid.UUID(person) for owner in owners for person in owner.people})
    for begin in range(0, len(seen), LOOKED_AT_ONCE):
        record_look(
            records.worker(row), question=LOOK, term=row.peer.name, persons=seen[begin : begin + LOOKED_AT_ONCE]
        )
    with transaction.atomic():
        held = _locked(row)
        if Part.objects.filter(comparison=held, own=True).exists():
            return
        for number, begin in enumerate(starts, start=1):
            some = points[begin : begin + size]
            part = Part(comparison=held, own=True, number=number, count=len(some))
            part.people = seal(part, "people", _written(owners[begin : begin + size]))
            part.save(force_insert=True)
            messages.send_points(held, messages.TOKENS, box, number, len(starts), some)


def _tokens(row: Comparison) -> tuple[list[Owner], list[bytes]]:
    """Of the people of this end: whose each token is, and the tokens, in an order drawn by lot; none beyond what was agreed.

    What two people share (twins at one telephone) is sent once, so that nobody counts who has it; it then speaks for all of them.
    """
    from domicile.core.linkage.private.tokens import tokens as keyed

    codes = list(row.places.values_list("code", flat=True))
    today = timezone.localdate()
    rows = reading.people(records.worker(row), codes, unknown=row.unknown, today=today).head(row.own_people)
    found = keyed(rows, today=today).sort("kind", "person", "token").head(policies.most_tokens(row.own_people))
    owners: dict[bytes, Owner] = {}
    for person, kind, token in found.iter_rows():
        owners.setdefault(token, Owner(KINDS[kind], [])).people.append(person)
    drawn = list(owners)
    random.SystemRandom().shuffle(drawn)
    return [owners[token] for token in drawn], drawn


def _written(owners: list[Owner]) -> str:
    return orjson.dumps([list(owner) for owner in owners]).decode()


def _blinded(row: Comparison, tokens: list[bytes]) -> list[bytes]:
    blinder = _blinder(row)
    points: list[bytes] = []
    for begin in range(0, len(tokens), BLINDED_AT_ONCE):
        _going_on(row)
        _tell(row, "blinding", begin, len(tokens))
        points += blinder.blind(tokens[begin : begin + BLINDED_AT_ONCE])
    return points


def _double(row: Comparison, part: Part) -> None:
    """Put the own secret onto a part of theirs, and send it back in its order."""
    _going_on(row)
    _tell(row, "doubling", part.number, row.their_parts or part.number)
    doubled = _blinder(row).double(_split(part.points))
    box = messages.box_of(row)
    with transaction.atomic():
        held = _locked(row)
        if Part.objects.filter(pk=part.pk, doubled=None).update(doubled=b"".join(doubled)):
            messages.send_points(held, messages.DOUBLED, box, part.number, held.their_parts or part.number, doubled)


def _finish(row: Comparison) -> None:
    """Once all of both ends is under both secrets: note who of this register the other seems to have, and forget the rest."""
    row = _going_on(row)
    if not _complete(row):
        return
    own = list(Part.objects.filter(comparison=row, own=True).order_by("number"))
    theirs = list(Part.objects.filter(comparison=row, own=False))
    there = [point for part in theirs for point in _split(part.doubled)]
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    whose = open_many(own, "people")
    for part in own:
        owners = [Owner(*one) for one in orjson.loads(whose[part.pk])]
        for place in common(_split(part.doubled), there):
            for person in owners[place].people:
                found[uuid.UUID(person)].add(owners[place].kind)
    _keep(row, _resolved(found))


def _resolved(found: dict[uuid.UUID, set[str]]) -> dict[uuid.UUID, set[str]]:
    """By who stands for them now: two records may have become one meanwhile."""
    together: dict[uuid.UUID, set[str]] = defaultdict(set)
    keys = sorted(found)
    for begin in range(0, len(keys), AT_ONCE):
        some = keys[begin : begin + AT_ONCE]
        stands = stands_of(some)
        for key in some:
            together[stands[key]] |= found[key]
    return together


@transaction.atomic
def _keep(row: Comparison, found: dict[uuid.UUID, set[str]]) -> None:
    held = _locked(row)
    rows = [
        Likeness(
            comparison=held,
            person=person,
            strength=strength(kinds),
            kinds=" ".join(kind for kind in KINDS if kind in kinds),
        )
        for person, kinds in found.items()
    ]
    Likeness.objects.bulk_create(rows, batch_size=AT_ONCE)
    with records.noting(records.worker(held), records.FINISH, held) as change:
        records.end(held, Comparison.State.DONE, change, found=len(rows))


# --- pieces -------------------------------------------------------------------------------------------------------------


def _going_on(row: Comparison) -> Comparison:
    """The row as it stands. Raises Over."""
    found = Comparison.objects.select_related("peer").filter(pk=row.pk, state=Comparison.State.RUNNING).first()
    if found is None:
        raise Over
    return found


def _locked(row: Comparison) -> Comparison:
    """The row for change. Raises Over."""
    rows: Any = Comparison.objects.select_for_update(of=("self",)).select_related("peer")
    found: Comparison | None = rows.filter(pk=row.pk, state=Comparison.State.RUNNING).first()
    if found is None:
        raise Over
    return found


def _blinder(row: Comparison) -> Blinder:
    return Blinder(agreeing.secret_of(row), label=messages.box_of(row).label)


def _split(content: bytes | memoryview | None) -> list[bytes]:
    whole = bytes(content or b"")
    return [whole[begin : begin + POINT] for begin in range(0, len(whole), POINT)]


def _tell(row: Comparison, stage: str, done: int, total: int) -> None:
    Progress.objects.update_or_create(job_id=row.pk, defaults={"stage": stage, "done": done, "total": total})
