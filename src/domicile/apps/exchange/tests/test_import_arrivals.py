"""Sheets of who came: arrivals by the declaration that is theirs, by one that somebody chooses, or by asking the place left."""

import datetime as dt
from typing import Any

import pytest

from domicile.apps.collect import actions as review
from domicile.apps.collect.models import Proposal
from domicile.apps.exchange import batches
from domicile.apps.exchange.tests.moving_sheets import (
    BORN,
    IN,
    address_of,
    checked,
    commit,
    counts,
    known,
    number,
    residences,
    row,
)
from domicile.apps.moves import actions
from domicile.apps.moves.models import Move, MoveEnd
from domicile.apps.moves.tests.making import LATER, WHY, declared, flat, han_viewer, home, members
from domicile.apps.people.models import Member, Person, Spell
from domicile.core.linkage.names import sound
from tests import factories
from tests.cast import Actor, qian_viewer, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)


def test_a_sheet_of_who_came_registers_matches_chooses_and_asks() -> None:
    household, there = home(3), flat()
    head, spouse, child = members(household)
    held = known(head, "陈晓燕")
    known(spouse, "陈小燕", 9)
    Person.objects.filter(pk=child.pk).update(name="吴小妹", sound=sound("吴小妹"), birth_date=BORN)
    sure = declared(qian_viewer(), head, new_head_id=spouse.pk)
    declared(qian_viewer(), child)
    at, day = address_of(there), LATER
    new = number(21)
    rows = (
        row("陈晓燕", held, at, day), row("吴小妹", number(31), at, day), row("李晓燕", number(9), at, day),
        row("周大河", new, at, day, registered="他乡县某村", phone="13812345678", along="周小河"), row("周小河", "", at, day),
    )  # fmt: skip
    batch = checked(*rows, head=IN)
    assert batch.layout == "inflow"
    assert counts(batch) == (4, 0, 1), batch.report
    assert (batch.report["codes"]["mover_choose"], batch.report["codes"]["mover_other_name"]) == (1, 1)
    batch = commit(batch)
    sure.refresh_from_db()
    assert sure.state == "confirmed"
    assert Spell.objects.get(person=head, end=None).dwelling_id == there.pk
    came = Person.objects.get(name="周大河")
    assert Member.objects.get(person=came).household.members.count() == 2
    proposal = Proposal.objects.get()
    assert (proposal.action, proposal.state) == ("moves.choose", "waiting")  # chosen by nobody but a person
    again = checked(*rows, head=IN, source="再报")
    assert counts(again)[0] == 1  # the one who still waits to be chosen
    batches.undo(sun_viewer("import_check"), batch)
    sure.refresh_from_db()
    assert (sure.state, Person.objects.filter(name__startswith="周").count()) == ("told", 0)
    assert residences(head) == 1
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"


def test_the_same_sheet_again_registers_the_rows_that_had_been_left() -> None:
    (head,) = members(home(1))
    held, there = known(head, "陈大山"), flat()
    later = "青石街道北塔社区人民路12号3栋2单元999室"
    rows = (row("陈大山", held, later, LATER), row("周大河", number(21), address_of(there), LATER))
    assert counts(commit(checked(*rows, head=IN))) == (1, 0, 1)
    factories.dwelling(place_code=factories.FAR_GRID, room="999室")
    again = commit(checked(*rows, head=IN))
    assert (counts(again), again.report["same_as"]) == ((1, 1, 0), "")
    assert Move.objects.filter(people__person=head).count() == 1


def test_one_declared_move_arrives_in_two_parts() -> None:
    people = members(home(3))
    held = [
        known(one, name, 7 + 2 * n)
        for n, (one, name) in enumerate(zip(people, ("陈大山", "李晓燕", "陈小河"), strict=True))
    ]
    declared(qian_viewer(), *people)
    first, second = flat(), flat()
    batch = commit(checked(
        row("陈大山", held[0], address_of(first), LATER), row("李晓燕", held[1], address_of(first), LATER),
        row("陈小河", held[2], address_of(second), LATER + dt.timedelta(days=1)), head=IN,
    ))  # fmt: skip
    assert counts(batch) == (3, 0, 0)
    assert sorted(Move.objects.values_list("state", flat=True)) == ["confirmed", "confirmed"]
    assert Spell.objects.get(person=people[1], end=None).dwelling_id == first.pk
    assert Spell.objects.get(person=people[2], end=None).dwelling_id == second.pk
    batches.undo(sun_viewer("import_check"), batch)
    assert Move.objects.get().people.count() == 3


def test_a_day_before_a_later_stay_is_left_for_staff() -> None:
    (head,) = members(home(1))
    held, there = known(head, "陈大山"), flat()
    Spell.objects.filter(person=head).update(start=LATER + dt.timedelta(days=2))
    batch = checked(
        row("陈大山", held, address_of(there), LATER), row("周大河", number(21), address_of(there), LATER), head=IN
    )
    assert counts(batch) == (1, 0, 1)
    assert batch.report["codes"]["mover_too_early"] == 1
    assert counts(commit(batch)) == (1, 0, 1)


def test_the_chosen_declaration_is_the_arrival() -> None:
    household, there = home(2), flat()
    _head, spouse = members(household)
    Person.objects.filter(pk=spouse.pk).update(name="吴小妹", sound=sound("吴小妹"), birth_date=BORN)
    move = declared(qian_viewer(), spouse)
    commit(checked(row("吴小妹", number(31), address_of(there), LATER), head=IN))
    assert residences(spouse) == 1
    review.accept(
        actor=han_viewer(),
        proposal_id=Proposal.objects.get().pk,
        values={"choice": f"name:{spouse.pk}"},
        note="本人核实",
    )
    move.refresh_from_db()
    assert move.state == "confirmed"
    assert residences(spouse) == 1


def test_our_own_sheet_of_who_came_finds_the_same_people_where_they_left(client: Any) -> None:
    """What the destination takes out is what the place left takes in, in the other layout."""
    from django.urls import reverse

    from tests.cast import sign_in

    household, there = home(2), flat()
    head, spouse = members(household)
    held = known(head, "陈大山")
    known(spouse, "李晓燕", 9)
    actions.ask(
        actor=sun_viewer(), reason=WHY, arguments=actions.Ask(there.pk, LATER, person_id=head.pk, document_number=held)
    )
    move = Move.objects.get()
    actions.confirm(actor=sun_viewer(), reason=WHY, arguments=actions.Confirm(move.pk, spouse.pk))
    Person.objects.filter(pk=head.pk).update(registered_code=factories.GRID, registration="area")
    sign_in(client, Actor("sun9", "孙县", "county_operator", factories.COUNTY, "register_maintenance"))
    answer = client.post(reverse("moves:inflow"), {"format": "csv", "layout": "official"})
    content = b"".join(answer) if answer.streaming else answer.content
    assert "流入时间" in content.decode()
    batch = batches.upload(sun_viewer("import_check"), "流入.csv", content)
    assert batch.layout == "inflow"
    batch = batches.check(batch)
    assert counts(batch) == (0, 1, 0), batch.report  # here they stand as the sheet says
    other = batches.check(batches.upload(sun_viewer("import_check"), "流入.csv", content, layout="outflow"))
    assert other.report["unchanged"] == 1, other.report  # and the place left has let them go
    assert MoveEnd.objects.filter(side="origin").count() == 1
