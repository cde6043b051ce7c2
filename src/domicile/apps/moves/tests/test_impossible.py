"""What no step takes: days on which nobody can move, and codes in digits that are none here."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from domicile.apps.common.refusals import Refused
from domicile.apps.moves import actions
from domicile.apps.moves.models import Move
from domicile.apps.moves.reports.views import ReportForm
from domicile.apps.moves.tests.making import DAY, arrived, declared, end, flat, han_viewer, home, members, stays
from domicile.apps.people.actions import NewPerson
from domicile.apps.people.forms.persons import PersonFields
from domicile.apps.people.models import Person, Spell
from tests import cast
from tests.cast import qian_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
NEVER_BEGUN = dt.date(1, 1, 1)


@pytest.mark.parametrize("day", [NEVER_BEGUN, dt.date.max], ids=["before the birth", "at the end of time"])
def test_nobody_leaves_on_a_day_on_which_they_cannot(day: dt.date) -> None:
    family = members(home())
    Spell.objects.filter(person__in=family).update(start=None)
    with pytest.raises(Refused) as refused:
        declared(qian_viewer(), *family, day=day)
    assert refused.value.field == "day"
    assert not Move.objects.exists()


def test_nobody_arrives_before_they_are_born() -> None:
    household, there = home(), flat()
    Spell.objects.filter(dwelling=household.dwelling).update(start=None)
    move = declared(qian_viewer(), *members(household))
    with pytest.raises(Refused):
        arrived(han_viewer(), move, there, NEVER_BEGUN)
    new = NewPerson(name="王小河", sex="1", birth_date=dt.date(2020, 5, 1))
    with pytest.raises(Refused):
        actions.ask(
            actor=han_viewer(), reason="comes", arguments=actions.Ask(there.pk, dt.date(2020, 4, 30), people=(new,))
        )


def test_what_was_agreed_on_somebody_dead_is_not_taken_up_again_nor_taken_back() -> None:
    person = members(home())[1]
    move = declared(qian_viewer(), person)
    arrived(han_viewer(), move, flat())
    move.refresh_from_db()
    assert move.state == "confirmed"
    Person.objects.filter(pk=person.pk).update(died_on=timezone.localdate())
    stood = stays(person)
    correction = actions.CorrectEnd(move.pk, "destination", DAY)
    with pytest.raises(Refused):
        actions.correct_end(actor=han_viewer(), reason="otherwise", arguments=correction)
    with pytest.raises(Refused):
        actions.withdraw(actor=han_viewer(), reason="in error", arguments=actions.Withdraw(move.pk))
    assert stays(person) == stood
    move.refresh_from_db()
    assert move.state == "confirmed"


def test_a_code_typed_in_wide_digits_is_the_code() -> None:
    move = declared(qian_viewer(), *members(home()), to_where="elsewhere", to_code="３３０１０６")
    assert end(move).code == "330106000000000"
    with pytest.raises(Refused):
        declared(qian_viewer(), *members(home(1)), to_where="elsewhere", to_code="٣٣٠١٠٦")
    form = PersonFields({"registered": "elsewhere", "registered_text": "杭州", "registered_code": "３３０１０６"})
    form.is_valid()
    assert form.cleaned_data["registered_code"] == "330106"


def test_the_report_asks_for_no_days_to_come(client: Client) -> None:
    cast.sign_in(client, cast.SUN)
    asked = {"level": 12, "begin": "2026-01-01", "last": "9999-12-31"}
    assert not ReportForm(asked).is_valid()
    assert client.get("/moves/reconciliation/", asked).status_code == 422
    assert ReportForm({**asked, "last": timezone.localdate()}).is_valid()
