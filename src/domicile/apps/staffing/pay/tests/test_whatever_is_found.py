"""Neither score nor pay changes with the number of people, moves, births or finds (P-5).

Given the same work at the same doors, only what was found there is varied: how many people live there, how many came, left
or were born, how many corrections were proposed, whether the visit met somebody or was refused.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domicile.apps.people.models import Person
from domicile.apps.staffing.assessment import computing as assessing
from domicile.apps.staffing.assessment.models import Figure
from domicile.apps.staffing.pay import computing as paying
from domicile.apps.staffing.pay import selectors
from domicile.apps.staffing.tests.working import LATER, MONTH, closed, doors, due, found, tried, visited, zhao_at_work
from domicile.core.policy import assessment, honoraria
from tests import factories
from tests.cast import COMMUNITY, QIAN, make_user, qian_viewer

DAY = dt.date(2026, 10, 15)
DOORS = 4
FINDS = ("people.add_person", "people.newborn", "people.leave", "people.move_in", "people.correct_name")
#: What one door turns out to be: who lives there on file, and what the form tells, decided or waiting still.
TURNS_OUT = st.fixed_dictionaries(
    {
        "living": st.integers(0, 3),
        "finds": st.lists(st.tuples(st.sampled_from(FINDS), st.sampled_from(["accepted", "waiting"])), max_size=4),
        "outcome": st.sampled_from(["done", "refused", "wrong_address"]),
    }
)


def month_of_work(doors_found: list[dict[str, Any]]) -> tuple[Any, ...]:
    """The same work at the same doors; its score with all shares, and its pay."""
    homes = doors(DOORS + 2)
    for home, turns_out in zip(homes, doors_found, strict=False):
        if turns_out["living"]:
            factories.family(size=turns_out["living"], at=home)
        form = visited(due(home, DAY), home, DAY, outcome=turns_out["outcome"])
        for action, state in turns_out["finds"]:
            found(form, action, state=state)
    tried(due(homes[DOORS], DAY), DAY)
    closed(due(homes[DOORS + 1], DAY), DAY + dt.timedelta(days=2))
    assessing.compute(actor=qian_viewer(), month=MONTH, today=LATER, community=COMMUNITY)
    run = paying.compute(actor=qian_viewer(), month=MONTH, today=LATER, community=COMMUNITY)
    [row] = selectors.statements(run)
    figure = Figure.objects.get(worker=row.worker)
    shares = sorted(figure.measured.values_list("measure", "part", "whole"))
    return figure.score, shares, row.total, [(line.kind, line.rate, line.count) for line in row.lines]


NOTHING = {"living": 0, "finds": [], "outcome": "done"}


@pytest.mark.django_db(databases=["default", "log"])
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(doors_found=st.lists(TURNS_OUT, min_size=DOORS, max_size=DOORS))
def test_neither_score_nor_pay_changes_with_what_was_found(doors_found):
    results = []
    for case in ([NOTHING] * DOORS, doors_found):
        with transaction.atomic():
            make_user(QIAN)
            zhao_at_work()
            results.append(month_of_work(case))
            transaction.set_rollback(True)
    bare, full = results
    assert bare == full
    assert bare[2] == Decimal("12.50")  # 5 visits, 4 forms, 4 of them accepted
    assert not Person.objects.exists()


@pytest.mark.django_db(databases=["default", "log"])
def test_no_person_stay_household_or_content_of_a_form_is_even_read():
    make_user(QIAN)
    zhao_at_work()
    with CaptureQueriesContext(connection) as seen:
        assessing.compute(actor=qian_viewer(), month=MONTH, today=LATER, community=COMMUNITY)
        paying.compute(actor=qian_viewer(), month=MONTH, today=LATER, community=COMMUNITY)
    asked = " ".join(query["sql"] for query in seen)
    assert "people_" not in asked
    assert '"arguments"' not in asked
    assert "tasks_task" in asked


SHARE = st.integers(1, 40).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))
SHARES = st.dictionaries(st.sampled_from(sorted(assessment.measures(DAY))), SHARE)


@given(shares=SHARES, times=st.integers(2, 50))
def test_more_of_the_same_work_is_no_better_and_no_worse(shares, times):
    more = {name: (part * times, whole * times) for name, (part, whole) in shares.items()}
    once, often = assessment.score(shares, DAY), assessment.score(more, DAY)
    if all(part.state != assessment.TOO_FEW for part in once.parts):
        assert once.value == often.value


@given(shares=SHARES)
def test_a_score_lies_between_nothing_and_all_and_is_none_only_where_nothing_counts(shares):
    found_score = assessment.score(shares, DAY)
    counted = [part for part in found_score.parts if part.state == assessment.COUNTED]
    assert (found_score.value is None) == (not counted)
    if counted:
        assert 0 <= found_score.value <= 100
        assert abs(sum(part.weight for part in counted) - 100) < Decimal("0.5")


@given(st.lists(st.tuples(st.sampled_from(honoraria.KINDS), st.integers(0, 500)), max_size=60))
def test_lines_come_to_the_sum_of_their_pieces_to_the_cent(pieces):
    priced = [(kind, Decimal(cents) / 100) for kind, cents in pieces]
    lines = honoraria.lines(priced)
    assert honoraria.total(line.amount for line in lines) == sum((rate for _kind, rate in priced), Decimal("0.00"))
    assert sum(line.count for line in lines) == len(pieces)
