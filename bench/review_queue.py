"""The queue of the review and both sides of a change, with a tenth of the register waiting, against the same rows bare."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from bench import web_measure

NAME = "review-queue"
SIZE = 1_000_000
BARS: dict[str, float] = {"ratio": 1.5}
#: One proposal waits for so many people of the register: 100,000 for a million.
PEOPLE_A_PROPOSAL = 10
REQUESTS = 160
CONNECTIONS = (8, 32)
CHUNK = 5_000
DAYS = 60
COUNTY = "770101"
ASKED = "state=waiting&whose=decide"


def run(size: int = SIZE, *, engine: str | None = None, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield one result a page, engine and number of connections: p95 in ms. The bar holds at 8 connections."""
    yield from web_measure.run("review_queue", size, engine)


def cases(size: int, engine: str) -> Iterator[dict[str, Any]]:
    from bench import web_load

    fill(size // PEOPLE_A_PROPOSAL)
    cookies = web_load.sign_in(COUNTY)
    pages = {"queue": _queue_pages(), "sides": _sides_pages()}
    with web_load.server() as port:
        for connections in CONNECTIONS:
            for kind, (product, baseline) in pages.items():
                pair = web_load.compare(
                    port, cookies, [web_load.Request(one) for one in product],
                    [web_load.Request(one) for one in baseline], connections,
                )  # fmt: skip
                ratio, bar = round(pair.value / pair.baseline, 2), BARS["ratio"]
                yield {
                    "name": NAME,
                    "case": f"{engine} {size} {kind} {connections} connections",
                    "value": round(pair.value, 1),
                    "baseline": round(pair.baseline, 1),
                    "ratio": ratio,
                    "bar": bar if connections == CONNECTIONS[0] else None,
                    "unit": "ms",
                    "ok": connections != CONNECTIONS[0] or ratio <= bar,
                    "rss_mb": None,
                }


def _queue_pages() -> tuple[list[str], list[str]]:
    """The first page and pages somewhere in the queue; beside them the keys of the same rows."""
    from bench.import_ import operator
    from domicile.apps.collect.models import Proposal
    from domicile.apps.collect.review import queue

    reader, draw = operator(), random.Random(7)
    keys = list(Proposal.objects.filter(state="waiting").values_list("pk", flat=True))
    starts = {
        row.pk: queue.place_of(row)
        for row in Proposal.objects.filter(pk__in=draw.sample(keys, min(REQUESTS, len(keys))))
    }
    what = queue.Asked(whose="")
    product, baseline = [], []
    for place in ["", *starts.values()][:REQUESTS]:
        rows = queue.page(reader, what, after=place).rows
        if rows:
            product.append(f"/proposals/?{ASKED}&{urlencode({'after': place})}")
            baseline.append(f"/baseline/proposals/?{ASKED}&{urlencode({'keys': ','.join(row.pk.hex for row in rows)})}")
    return product, baseline


def _sides_pages() -> tuple[list[str], list[str]]:
    """Proposals of all kinds; beside them their arguments, so that nothing has to be decrypted."""
    from domicile.apps.collect.models import Proposal
    from domicile.apps.vault.sealing import open_many

    draw = random.Random(11)
    keys = list(Proposal.objects.filter(state="waiting").values_list("pk", flat=True))
    rows = list(Proposal.objects.filter(pk__in=draw.sample(keys, min(REQUESTS, len(keys)))))
    opened = open_many(rows, "arguments")
    product = [f"/proposals/{row.pk}/?{urlencode({'queue': ASKED})}" for row in rows]
    baseline = [
        f"/baseline/proposals/{row.pk}/?{urlencode({'queue': ASKED, 'arguments': opened[row.pk]})}" for row in rows
    ]
    return product, baseline


def fill(count: int) -> None:
    """Let `count` changes of four kinds wait, spread over the county and over 60 days; half of them came by phones."""
    from django.db import connection, transaction

    from domicile.apps.collect.models import Proposal

    if Proposal.objects.filter(state="waiting").count() >= count:
        return
    with transaction.atomic():
        people = _people(count)
        for start in range(0, len(people), CHUNK):
            _insert(people[start : start + CHUNK], start)
    if connection.vendor == "postgresql":  # the throwaway cluster has no autovacuum, which does this within a minute
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _people(count: int) -> list[tuple[uuid.UUID, uuid.UUID, str]]:
    """Person, household and grid of so many members of living households, from everywhere in the county."""
    from domicile.apps.people.models import Member

    members = Member.objects.filter(side="living", left_on=None).exclude(relation="02")
    every = max(members.count() // count, 1)
    rows = members.order_by("pk").values_list("person_id", "household_id", "household__dwelling__place_code")
    return [row for place, row in enumerate(rows.iterator(CHUNK)) if place % every == 0][:count]


def _insert(people: list[tuple[uuid.UUID, uuid.UUID, str]], start: int) -> None:
    from django.utils import timezone

    from domicile.apps.collect.arguments import pack
    from domicile.apps.collect.models import Proposal
    from domicile.apps.collect.openrosa.models import Result, Submission
    from domicile.apps.people.models import Spell
    from domicile.apps.vault.sealing import binding, encrypt, ensure_subjects

    stays = Spell.objects.filter(person_id__in=[person for person, _home, _grid in people], end=None, kind="usual")
    spells = dict(stays.values_list("person_id", "pk"))
    begin, worker = timezone.now() - dt.timedelta(days=DAYS), uuid.uuid5(uuid.NAMESPACE_DNS, "worker.example")
    proposals, packed = [], []
    for place, (person, home, grid) in enumerate(people, start):
        action, kind, subject, arguments = _change(place, person, home, spells.get(person))
        packed.append(pack(arguments))
        proposals.append(
            Proposal(
                action=action, subject_kind=kind, subject_id=subject, place_code=grid, level="grid", proposed_by=worker,
                proposed_by_name="王网格", proposed_at=begin + dt.timedelta(seconds=40 * place), reason="入户核对",
            )
        )  # fmt: skip
    keys = ensure_subjects([row.subject_id for row in proposals])
    for row, text in zip(proposals, packed, strict=True):
        bound = binding(Proposal._meta.db_table, "arguments", row.pk)
        row.arguments = encrypt(keys[row.subject_id], text.encode(), bound)
    Proposal.objects.bulk_create(proposals)
    sent = [row for place, row in enumerate(proposals) if place % 2 == 0]
    phone = _phone()
    submissions = [
        Submission(
            instance_id=f"uuid:{row.pk}", form_id="dwelling_visit", version="1", app_user=phone, place_code=row.place_code,
            digest=b"0" * 16, size=1, state="processed", received_at=row.proposed_at, processed_at=row.proposed_at,
        )
        for row in sent
    ]  # fmt: skip
    Submission.objects.bulk_create(submissions)
    Result.objects.bulk_create(
        Result(submission=came, position=0, action=row.action, outcome="proposed", proposal=row)
        for came, row in zip(submissions, sent, strict=True)
    )


def _change(place: int, person: uuid.UUID, home: uuid.UUID, spell: uuid.UUID | None) -> tuple[str, str, uuid.UUID, Any]:
    """One of four kinds in turn: its name, what it is about, and its arguments."""
    from domicile.apps.people import actions

    day = dt.date(2026, 5, 1)
    if place % 4 == 0 and spell is not None:
        return "people.end_stay", "person", person, actions.EndStay(spell, day)
    if place % 4 == 1:
        new = actions.AddMember(home, "97", day, name="李新来", sex="2", birth_date=dt.date(1999, 2, 3))
        return "people.add_member", "household", home, new
    if place % 4 == 2:
        return "people.leave_household", "household", home, actions.LeaveHousehold(home, (person,), day)
    values = {"education": "20"}
    return "people.correct_education", "person", person, actions.Correct(person, "education", values)


def _phone() -> Any:
    """A phone that all of them came from."""
    from django.utils import timezone

    from bench import web_load
    from domicile.apps.accounts.models import User
    from domicile.apps.collect.openrosa.models import AppUser

    found = AppUser.objects.first()
    if found is None:
        web_load.sign_in(f"{COUNTY}001001001", "door_visit", "grid_worker")
        user = User.objects.get(username=f"bench-{COUNTY}001001001")
        found = AppUser.objects.create(
            worker=user, digest=b"0" * 16, role="grid_worker", scopes=f"{COUNTY}001001001",
            place_code=f"{COUNTY}001001001", made_by=user.pk, made_at=timezone.now(),
        )  # fmt: skip
    return found


if __name__ == "__main__":
    web_measure.main(cases)
