"""Rules that make tasks about dwellings and rentals: what is due, once, also when killed or run twice at once."""

import datetime as dt
import threading

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from domicile.apps.areas import actions as areas
from domicile.apps.areas.models import Area
from domicile.apps.audit.models import Change
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.people.models import Spell
from domicile.apps.tasks import generating
from domicile.apps.tasks.generating import MACHINE, escalate
from domicile.apps.tasks.models import Run, Task
from domicile.apps.tenure.models import Holder, Rental
from domicile.apps.tenure.visits import period
from tests import factories
from tests.cast import qian_viewer, sun_viewer, zhao_viewer

ALIASES = ["default", "log"]
pytestmark = pytest.mark.django_db(databases=ALIASES)
TODAY = dt.date(2026, 3, 4)
#: Those of this app; what other apps ask for has its own tests.
RULES = ("visit_due", "contract_ends")


@pytest.fixture(autouse=True)
def ground():
    factories.area_tree()


def rental(home, **fields) -> Rental:
    return Rental.objects.create(dwelling=home, landlord=Holder.objects.create(name="郑房东"), **fields)


def generate(*, actor, today) -> list[Run]:
    return generating.generate(actor=actor, today=today, rules=RULES)


def made(runs) -> dict[str, int]:
    return {run.rule: run.made for run in runs}


def test_let_and_vacant_dwellings_are_visited_and_others_are_not():
    let, vacant = factories.dwelling(use="let"), factories.dwelling(use="vacant")
    factories.dwelling(use="owner_occupied")
    factories.dwelling(use="let", in_use_to=dt.date(2025, 1, 1))
    without_grid = factories.dwelling(
        use="let", within=factories.building(place_code=factories.COMMUNITY + "000", plate="77号")
    )

    runs = generate(actor=MACHINE, today=TODAY)

    assert made(runs) == {"visit_due": 3, "contract_ends": 0}
    rows = {row.subject_id: row for row in Task.objects.all()}
    assert set(rows) == {let.pk, vacant.pk, without_grid.pk}
    row = rows[let.pk]
    assert (row.kind, row.occurrence, row.state, row.level) == ("visit", "2026-01", "open", "grid")
    assert (row.opened_on, row.due_on, row.stop_id) == (TODAY, dt.date(2026, 4, 3), let.building_id)
    assert row.walk == f"{let.building.key}|{let.key}"
    assert row.pk.version == 7
    assert rows[without_grid.pk].level == "community"


def test_running_twice_makes_nothing_twice_and_both_runs_are_on_record():
    factories.dwelling(use="let")

    first, second = (made(generate(actor=MACHINE, today=TODAY)) for _ in range(2))

    assert (first["visit_due"], second["visit_due"]) == (1, 0)
    assert Task.objects.count() == 1
    assert Change.objects.filter(action="tasks.generate").count() == 2
    assert Run.objects.filter(rule="visit_due").count() == 2


def test_what_was_verified_in_this_stretch_is_left_and_comes_again_in_the_next():
    home = factories.dwelling(use="let")
    factories.household(at=home, members=[(factories.person(), "02")])
    Spell.objects.update(verified_on=dt.date(2026, 2, 1))
    visited = factories.dwelling(use="let")
    rental(visited, last_visit=dt.date(2026, 1, 15))

    assert made(generate(actor=MACHINE, today=TODAY))["visit_due"] == 0
    assert made(generate(actor=MACHINE, today=dt.date(2026, 7, 1)))["visit_due"] == 2


def test_a_refused_visit_is_not_asked_for_again_in_the_same_stretch():
    factories.dwelling(use="let")
    generate(actor=MACHINE, today=TODAY)
    Task.objects.update(state="done", outcome="refused", closed_on=TODAY)

    assert made(generate(actor=MACHINE, today=TODAY + dt.timedelta(days=60)))["visit_due"] == 0


def test_an_open_visit_is_closed_once_somebody_verified_the_dwelling():
    home = factories.dwelling(use="let")
    factories.household(at=home, members=[(factories.person(), "02")])
    generate(actor=MACHINE, today=TODAY)
    Spell.objects.update(verified_on=TODAY)

    runs = generate(actor=MACHINE, today=TODAY + dt.timedelta(days=1))

    assert {run.rule: run.settled for run in runs} == {"visit_due": 1, "contract_ends": 0}
    row = Task.objects.get()
    assert (row.state, row.outcome, row.closed_on) == ("done", "settled", TODAY + dt.timedelta(days=1))


def test_a_contract_that_ends_is_followed_up_until_it_is_extended_or_the_rental_ended():
    home = factories.dwelling(use="owner_occupied")
    soon = rental(home, contract_end=TODAY + dt.timedelta(days=20))
    rental(factories.dwelling(use="owner_occupied"), contract_end=TODAY + dt.timedelta(days=90))
    rental(factories.dwelling(use="owner_occupied"), contract_end=dt.date(2025, 1, 1), ended_on=dt.date(2025, 1, 1))

    assert made(generate(actor=MACHINE, today=TODAY))["contract_ends"] == 1
    row = Task.objects.get(kind="contract_ends")
    assert (row.subject_kind, row.subject_id, row.occurrence) == ("rental", soon.pk, "2026-03-24")
    assert row.due_on == dt.date(2026, 3, 18)  # ten working days

    Rental.objects.filter(pk=soon.pk).update(contract_end=dt.date(2027, 3, 24))
    assert {run.rule: run.settled for run in generate(actor=MACHINE, today=TODAY)}["contract_ends"] == 1
    assert made(generate(actor=MACHINE, today=dt.date(2027, 3, 1)))["contract_ends"] == 0


def test_a_year_without_a_calendar_stops_only_the_rules_that_need_it_and_says_the_cure():
    home = factories.dwelling(use="let")
    rental(home, contract_end=dt.date(2099, 6, 1))

    runs = {run.rule: run for run in generate(actor=MACHINE, today=dt.date(2099, 5, 20))}

    assert "2099" in runs["contract_ends"].problem
    assert "Load the calendar" in runs["contract_ends"].problem
    assert (runs["contract_ends"].made, runs["visit_due"].made) == (0, 1)


def test_who_arranges_tasks_runs_the_rules_for_the_own_area_alone():
    here = factories.dwelling(use="let")
    factories.dwelling(use="let", place_code=factories.FAR_GRID)

    generate(actor=qian_viewer(), today=TODAY)

    assert list(Task.objects.values_list("subject_id", flat=True)) == [here.pk]
    assert Run.objects.first().scope == factories.COMMUNITY
    with pytest.raises(NotAllowed):
        generate(actor=zhao_viewer(), today=TODAY)
    generate(actor=sun_viewer(), today=TODAY)
    assert Task.objects.count() == 2


def test_as_many_queries_for_many_as_for_one():
    counts = []
    for _ in range(2):
        for _ in range(10 if counts else 1):
            rental(factories.dwelling(use="let"), contract_end=TODAY)
        with CaptureQueriesContext(connection) as captured:
            generate(actor=MACHINE, today=TODAY)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] <= 10, [query["sql"][:80] for query in captured]


@pytest.mark.django_db(databases=ALIASES, transaction=True)
def test_a_run_that_is_killed_leaves_nothing_and_is_run_again(monkeypatch):
    rental(factories.dwelling(use="let"), contract_end=TODAY)
    whole = generating._run

    def killed_at_the_second(source, *rest):
        if source.rule == "visit_due":
            raise KeyboardInterrupt
        return whole(source, *rest)

    with monkeypatch.context() as broken:
        broken.setattr(generating, "_run", killed_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            generate(actor=MACHINE, today=TODAY)
    assert not Task.objects.exists()
    assert not Run.objects.exists()
    assert not Change.objects.filter(action="tasks.generate").exists()

    assert made(generate(actor=MACHINE, today=TODAY)) == {"visit_due": 1, "contract_ends": 1}


def test_overdue_tasks_go_up_a_level_once_and_not_above_the_highest():
    factories.dwelling(use="let")
    generate(actor=MACHINE, today=TODAY)
    due = Task.objects.get().due_on  # Friday 3 April; Monday is a day off

    def level_after(day: dt.date) -> tuple[int, str]:
        return escalate(actor=MACHINE, today=day).made, Task.objects.get().level

    assert level_after(due + dt.timedelta(days=7)) == (0, "grid")
    assert level_after(dt.date(2026, 4, 13)) == (1, "community")
    assert level_after(dt.date(2026, 4, 13)) == (0, "community")
    assert level_after(dt.date(2026, 4, 20)) == (1, "township")
    assert level_after(dt.date(2026, 6, 30)) == (0, "township")


def test_a_refused_visit_is_never_raised():
    factories.dwelling(use="let")
    generate(actor=MACHINE, today=TODAY)
    Task.objects.update(state="done", outcome="refused", closed_on=TODAY)

    assert escalate(actor=MACHINE, today=dt.date(2026, 12, 1)).made == 0
    assert Task.objects.get().level == "grid"


def test_tasks_follow_their_places_to_another_code():
    home = factories.dwelling(use="let")
    generate(actor=MACHINE, today=TODAY)
    area = Area.objects.get(code=factories.COMMUNITY)
    areas.recode_area(actor=sun_viewer(), area_id=area.pk, code="770101001009", on=TODAY, today=TODAY)

    assert Task.objects.get(subject_id=home.pk).place_code == "770101001009001"


@pytest.mark.parametrize(
    ("months", "day", "first"),
    [(6, (2026, 3, 4), (2026, 1, 1)), (6, (2026, 7, 1), (2026, 7, 1)), (1, (2026, 12, 31), (2026, 12, 1)),
     (12, (2026, 12, 31), (2026, 1, 1)), (5, (2026, 1, 1), (2025, 11, 1))],
)  # fmt: skip
def test_stretches_of_months(months, day, first):
    assert period(months, dt.date(*day)) == dt.date(*first)


@pytest.mark.django_db(databases=ALIASES, transaction=True)
def test_two_runs_at_once_make_everything_once():
    for _ in range(5):
        factories.dwelling(use="let")
    counts, barrier = [], threading.Barrier(2)

    def run() -> None:
        try:
            barrier.wait(timeout=30)
            counts.append(made(generate(actor=MACHINE, today=TODAY))["visit_due"])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 5]
    assert Task.objects.count() == 5
