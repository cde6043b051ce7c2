"""Rules that follow from visits, and rounds of buildings: due once, and for no other."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from domicile.apps.collect.models import Proposal
from domicile.apps.collect.review.deciding import send_back
from domicile.apps.fieldwork.collected.tests.phones import filled, phone_of, processed
from domicile.apps.fieldwork.models import Visit
from domicile.apps.fieldwork.visits.rules import round_of
from domicile.apps.tasks.generating import MACHINE, escalate, generate
from domicile.apps.tasks.models import Task
from domicile.apps.tasks.tests import making
from tests import factories
from tests.cast import qian_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = dt.date(2026, 11, 16)  # a Monday


def day(back: int) -> dt.date:
    return TODAY - dt.timedelta(days=back)


def visit(home, outcome: str, back: int, **fields) -> Visit:
    return Visit.objects.create(
        form="web", dwelling=home, place_code=home.place_code, worker_id=uuid.uuid4(), visited_on=day(back),
        outcome=outcome, **fields,
    )  # fmt: skip


def made(rule: str, today: dt.date = TODAY) -> int:
    (run,) = generate(actor=MACHINE, today=today, rules=[rule])
    assert not run.problem
    return run.made


def test_where_nobody_was_at_home_somebody_goes_again():
    homes = [factories.dwelling(within=factories.building(plate=f"{at}号")) for at in range(5)]
    visit(homes[0], "not_at_home", 3)
    visit(homes[1], "not_at_home", 40)  # too long ago
    visit(homes[2], "not_at_home", 3), visit(homes[2], "met", 1)
    visit(homes[3], "not_at_home", 3), making.task(at=homes[3], opened=day(9))  # planned already
    visit(homes[4], "refused", 3)
    assert made("revisit") == 1
    assert Task.objects.get(rule="revisit").subject_id == homes[0].pk
    assert made("revisit") == 0
    visit(homes[0], "met", 0)
    generate(actor=MACHINE, today=TODAY, rules=["revisit"])
    assert Task.objects.get(rule="revisit").outcome == "settled"


def test_a_checked_address_is_visited_again_where_it_stands():
    home, gone = factories.dwelling(), factories.dwelling(room="9室", in_use_to=day(1))
    for one in (home, gone):
        making.task(at=one, kind="check_address", state="done", outcome="done", opened=day(9), closed_on=day(2))
    assert (made("revisit_checked"), made("revisit_checked")) == (1, 0)
    assert Task.objects.get(rule="revisit_checked").subject_id == home.pk


def test_who_refused_is_asked_once_more_and_never_through_a_level_above():
    homes = [factories.dwelling(within=factories.building(plate=f"{at}号")) for at in range(3)]
    visit(homes[0], "refused", 100)
    visit(homes[1], "refused", 30)  # too soon
    visit(homes[2], "refused", 200), visit(homes[2], "refused", 100)  # twice: nobody asks again
    assert (made("ask_after_refusal"), made("ask_after_refusal")) == (1, 0)
    row = Task.objects.get()
    assert row.subject_id == homes[0].pk
    escalate(actor=MACHINE, today=row.due_on + dt.timedelta(days=60))
    row.refresh_from_db()
    assert row.level == "grid"


def test_every_building_is_seen_once_in_a_round():
    near, far = factories.building(plate="1号"), factories.building(plate="2号")
    Visit.objects.create(
        form="patrol", building=far, place_code=far.place_code, worker_id=uuid.uuid4(), visited_on=day(3),
        outcome="patrolled",
    )  # fmt: skip
    assert (made("patrol_round"), made("patrol_round")) == (1, 0)
    row = Task.objects.get()
    assert (row.subject_id, row.stop_id, row.occurrence) == (near.pk, near.pk, "2026-11")
    assert made("patrol_round", dt.date(2026, 12, 1)) == 2


@pytest.mark.parametrize(
    ("every", "on", "since", "name"),
    [
        ("month", dt.date(2026, 11, 30), dt.date(2026, 11, 1), "2026-11"),
        ("week", dt.date(2026, 11, 22), dt.date(2026, 11, 16), "2026-W47"),
        ("week", dt.date(2027, 1, 1), dt.date(2026, 12, 28), "2026-W53"),
        ("fortnight", dt.date(2026, 11, 22), dt.date(2026, 11, 9), "2026-W46"),
        ("fortnight", dt.date(2026, 11, 23), dt.date(2026, 11, 23), "2026-W48"),
    ],
)
def test_rounds_begin_on_the_first_or_on_a_monday(every, on, since, name):
    assert round_of(every, on) == (since, name)


def test_a_round_of_something_else_is_refused():
    with pytest.raises(ValueError, match="fortnight"):
        round_of("year", TODAY)


def test_a_visited_dwelling_needs_no_visit_of_its_period():
    seen, unseen = factories.dwelling(use="let"), factories.dwelling(room="7室", use="let")
    visit(seen, "met", 3), visit(unseen, "not_at_home", 3)
    assert made("visit_due") == 1
    assert Task.objects.get(rule="visit_due").subject_id == unseen.pk


def test_what_the_review_returned_is_verified_at_the_door_once():
    phone, home = phone_of(), factories.dwelling()
    head = factories.family(size=1, at=home, registered=False).members.get().person
    phone.send(filled("status_update", (
        f"<dwelling>{home.pk}</dwelling><corrections>1</corrections><correction><person>{head.pk}</person>"
        "<item>phones</item><new_phone>13998765432</new_phone></correction>")))  # fmt: skip
    processed()
    today = timezone.localdate()
    assert made("verification_asked", today) == 0
    send_back(actor=qian_viewer(), proposal_id=Proposal.objects.get().pk, note="号码再问一下")
    assert (made("verification_asked", today), made("verification_asked", today)) == (1, 0)
    row = Task.objects.get()
    assert (row.kind, row.subject_id) == ("verify", home.pk)
    phone.send(filled("dwelling_visit", f"<dwelling>{home.pk}</dwelling><outcome>met</outcome><home></home>"))
    processed()
    row.refresh_from_db()
    assert row.outcome == "done"
    assert made("verification_asked", today) == 0
