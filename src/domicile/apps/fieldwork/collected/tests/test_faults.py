"""Killed without warning at seeded points between the phone and the review: every form is there once."""

import os
import random
import signal
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from domicile.apps.collect.models import Proposal
from domicile.apps.collect.openrosa import processing
from domicile.apps.collect.openrosa.models import Attachment, Result, Submission
from domicile.apps.fieldwork.collected.tests.phones import Phone, filled, instance_of, phone_of, processed
from domicile.apps.fieldwork.models import Visit
from tests import factories

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)
SEED = 20261122
POINTS = 12
MOST_STATEMENTS = 20
SET = 3


def killed(work: Callable[[], object], at: int) -> bool:
    """Do the work in a process of its own that is killed at its n-th statement; whether that came."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        seen = 0

        def count(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, parameters, many, context)

        try:
            with connection.execute_wrapper(count):
                work()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def forms(count: int) -> list[str]:
    """Filled forms, each of which somebody moves away in."""
    made = []
    for number in range(count):
        home = factories.dwelling()
        household = factories.family(size=2, at=home, registered=False)
        child = household.members.exclude(relation="02").get().person_id
        answers = f"<dwelling>{home.pk}</dwelling><left>{child}</left><left_on>2026-01-03</left_on>"
        made.append(filled("leaving", answers, instance=instance_of(f"killed-{number}")))
    return made


def test_killed_while_it_is_kept_and_sent_again(capsys: pytest.CaptureFixture[str]) -> None:
    phone, draw = phone_of(), random.Random(SEED)
    hits = 0
    for xml in forms(POINTS):
        at = draw.randint(1, 14)
        with capsys.disabled():
            print(f"seed {SEED}: kept, killed at statement {at}")
        hits += killed(lambda sent=xml: Phone(phone.app_user, phone.token).send(sent), at)  # type: ignore[misc]
        assert phone.send(xml).status_code == 201
    assert hits
    assert_once()


def test_killed_while_it_is_processed(capsys: pytest.CaptureFixture[str]) -> None:
    phone, draw = phone_of(), random.Random(SEED + 1)
    for xml in forms(POINTS):
        assert phone.send(xml).status_code == 201
    hits = 0
    for _turn in range(POINTS):
        at = draw.randint(1, MOST_STATEMENTS)
        with capsys.disabled():
            print(f"seed {SEED + 1}: processed, killed at statement {at}")
        hits += killed(lambda: processing.process(SET), at)
    assert hits
    assert_once()


def assert_once() -> None:
    """What was sent stands in the review once, whatever was killed."""
    kept = processed()
    assert len(kept) == POINTS
    assert {one.state for one in kept} == {Submission.State.PROCESSED}, list(
        Result.objects.values_list("note", flat=True)
    )
    assert Visit.objects.count() == POINTS
    assert Proposal.objects.count() == POINTS
    assert Result.objects.filter(outcome="proposed").count() == POINTS


def test_twenty_megabytes_of_photos_in_two_parts() -> None:
    phone, (xml,) = phone_of(), forms(1)
    draw = random.Random(SEED)
    photos = {f"照片{number}.jpg": draw.randbytes(4_000_000) for number in range(5)}
    names = list(photos)
    first = {name: photos[name] for name in names[:3]}
    assert phone.send(xml, first, incomplete=True).status_code == 201
    assert phone.send(xml, first, incomplete=True).status_code == 201
    assert phone.send(xml, {name: photos[name] for name in names[3:]}).status_code == 201
    (kept,) = processed()
    assert kept.complete
    assert Attachment.objects.count() == 5
    assert sum(Attachment.objects.values_list("size", flat=True)) == 20_000_000


def test_forms_come_out_of_order_and_the_later_day_is_refused_with_a_reason() -> None:
    phone = phone_of()
    home = factories.dwelling()
    household = factories.family(size=2, at=home, registered=False)
    child = household.members.exclude(relation="02").get().person_id
    for instance, day in ((instance_of("later"), "2026-02-01"), (instance_of("earlier"), "2026-01-01")):
        answers = f"<dwelling>{home.pk}</dwelling><left>{child}</left><left_on>{day}</left_on>"
        assert phone.send(filled("leaving", answers, instance=instance)).status_code == 201
    processed()
    assert Proposal.objects.filter(state="waiting").count() == 2  # a person decides which of both is right
