"""The destination accepts what the place left corrected, or answers that they have not arrived yet (MO-3 to MO-5)."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from domicile.apps.common.refusals import Refused
from domicile.apps.moves import actions, words
from domicile.apps.moves.deadlines import waiting
from domicile.apps.moves.deadlines import words as turns
from domicile.apps.moves.models import Move, MoveChange
from domicile.apps.moves.policies import ends_of, steps_for
from domicile.apps.moves.reports.differing import differing
from domicile.apps.moves.reports.figures import report
from domicile.apps.moves.tests.making import (
    DAY,
    HAN,
    LATER,
    WHY,
    arrived,
    declared,
    end,
    flat,
    han_viewer,
    home,
    members,
    stays,
    take,
)
from domicile.apps.tasks.models import CalendarDay, Task
from domicile.core.spells import national_calendar
from tests import factories
from tests.cast import QIAN, qian_viewer, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = timezone.localdate()
EARLY = DAY - dt.timedelta(days=9)
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture(autouse=True)
def years() -> None:
    """The years around today have working days."""
    for year in {TODAY.year, TODAY.year + 1} - national_calendar().years:
        CalendarDay.objects.get_or_create(day=dt.date(year, 1, 1), defaults={"kind": "off"})


def corrected(day: dt.date = LATER, came: dt.date = EARLY) -> Move:
    """Somebody who arrived before the day of leaving, which the place left then puts on another, later day."""
    move = arrived(han_viewer(), declared(qian_viewer(), members(home(1))[0]), flat(), day=came)
    return take(qian_viewer(), actions.correct_end, actions.CorrectEnd(move.pk, "origin", day))


def last(move: Move) -> MoveChange:
    return MoveChange.objects.filter(move=move).order_by("-number")[0]


def duty(move: Move) -> waiting.Duty:
    found = waiting.duty_of(move, timezone.localdate())
    assert found is not None
    return found


def test_a_correction_of_the_place_left_is_for_the_destination_to_accept() -> None:
    move = corrected()
    assert [(row.kind, row.place_code) for row in Task.objects.filter(state="open")] == [
        ("move_look", factories.FAR_GRID)
    ]
    assert "accept" in {step.key for step in steps_for(han_viewer(), move, ends_of(move))}
    assert "accept" not in {step.key for step in steps_for(qian_viewer(), move, ends_of(move))}
    pair = report(qian_viewer(), digits=12, begin=TODAY, end=TODAY + dt.timedelta(days=1), today=TODAY).pairs[0]
    assert (pair.open["origin"].all, pair.open["destination"].all, pair.differing["all"]) == (0, 1, 1)
    with translation.override("en"):
        assert turns.to_do(duty(move)) == "destination: accepts what was corrected, or corrects or withdraws"

    move = take(han_viewer(), actions.accept, actions.Accept(move.pk, last(move).number))
    assert (move.state, last(move).by, last(move).reason) == ("confirmed", "destination", WHY)
    assert not differing(TODAY).exists()
    assert not Task.objects.filter(state="open").exists()


def test_where_they_left_later_than_they_arrived_they_count_there_from_the_day_of_leaving() -> None:
    move = corrected()
    person = move.people.get().person
    take(han_viewer(), actions.accept, actions.Accept(move.pk, last(move).number))
    assert end(move).day == LATER
    assert [(begin, until) for _home, begin, until in stays(person)][-2:] == [
        (stays(person)[-2][1], LATER), (LATER, None),
    ]  # fmt: skip


def test_a_long_journey_is_accepted_as_it_is() -> None:
    move = corrected(day=EARLY - dt.timedelta(days=60))
    take(han_viewer(), actions.accept, actions.Accept(move.pk, last(move).number))
    assert end(move).day == EARLY


def test_what_was_not_seen_is_not_accepted_nor_what_nobody_corrected() -> None:
    move = corrected()
    seen = last(move).number
    take(qian_viewer(), actions.correct_end, actions.CorrectEnd(move.pk, "origin", LATER + dt.timedelta(days=1)))
    with pytest.raises(Refused):
        take(han_viewer(), actions.accept, actions.Accept(move.pk, seen))
    take(han_viewer(), actions.correct_end, actions.CorrectEnd(move.pk, "destination", EARLY + dt.timedelta(days=1)))
    with pytest.raises(Refused):
        take(han_viewer(), actions.accept, actions.Accept(move.pk, last(move).number))
    with pytest.raises(Refused):
        take(qian_viewer(), actions.accept, actions.Accept(move.pk, last(move).number))


def test_nobody_accepts_that_they_leave_tomorrow() -> None:
    move = corrected(day=TODAY + dt.timedelta(days=1))
    with pytest.raises(Refused):
        take(han_viewer(), actions.accept, actions.Accept(move.pk, last(move).number))


def test_whoever_decides_above_says_for_which_end() -> None:
    move = arrived(han_viewer(), declared(qian_viewer(), members(home(1))[0]), flat(), day=EARLY)
    for side, turn in (("origin", "destination"), ("destination", "origin")):
        day = LATER if side == "origin" else EARLY + dt.timedelta(days=1)
        take(sun_viewer(), actions.correct_end, actions.CorrectEnd(move.pk, side, day))
        assert (last(move).by, last(move).side, duty(move).side) == ("above", side, turn)
    with translation.override("zh-hans"):
        assert words.party(last(move)) == "上级，代流入地"
    move = take(sun_viewer(), actions.confirm, actions.Confirm(move.pk))
    with translation.override("en"):
        assert (move.state, words.party(last(move))) == ("confirmed", "a level above both, for: place left")


def test_not_arrived_yet_starts_the_time_anew_once_and_moves_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    move = declared(qian_viewer(), members(home(1))[0], to_code=factories.FAR_GRID, day=TODAY)
    person = move.people.get().person
    before, due = stays(person), Task.objects.get(state="open").due_on
    later = timezone.now() + dt.timedelta(days=20)
    monkeypatch.setattr(timezone, "now", lambda: later)
    move = take(han_viewer(), actions.not_yet, actions.NotYet(move.pk))
    assert (move.state, move.owner, stays(person)) == ("told", "origin", before)
    row = Task.objects.get(state="open", kind="move_arrival")
    assert row.place_code == factories.FAR_GRID
    assert due is not None
    assert row.due_on is not None
    assert row.due_on > due
    assert duty(move).due == row.due_on
    assert "not_yet" not in {step.key for step in steps_for(han_viewer(), move, ends_of(move))}
    with pytest.raises(Refused):
        take(han_viewer(), actions.not_yet, actions.NotYet(move.pk))
    with pytest.raises(Refused):
        take(qian_viewer(), actions.not_yet, actions.NotYet(move.pk))


def test_the_place_left_takes_note_that_nobody_has_arrived_yet_until_somebody_does() -> None:
    move = declared(qian_viewer(), members(home(1))[0], to_code=factories.FAR_GRID)
    move = take(han_viewer(), actions.not_yet, actions.NotYet(move.pk))
    seen = Task.objects.get(kind="move_seen")
    assert (seen.place_code, seen.state) == (factories.GRID, "open")
    arrived(han_viewer(), move, flat())
    seen.refresh_from_db()
    assert (seen.state, seen.outcome) == ("done", "settled")


def test_a_destination_that_is_told_anew_may_answer_so_again() -> None:
    move = declared(qian_viewer(), members(home(1))[0], to_code=factories.FAR_GRID)
    take(han_viewer(), actions.not_yet, actions.NotYet(move.pk))
    take(
        qian_viewer(), actions.change_destination, actions.ChangeDestination(move.pk, "area", factories.OTHER_COMMUNITY)
    )
    assert take(han_viewer(), actions.not_yet, actions.NotYet(move.pk)).state == "told"


def test_both_pages_show_the_answer_and_the_buttons(client: Client) -> None:
    move = declared(qian_viewer(), members(home(1))[0], to_code=factories.FAR_GRID)
    sign_in(client, HAN)
    address, page = reverse("moves:not_yet", args=[move.pk]), reverse("moves:move", args=[move.pk])
    assert address in client.get(page).content.decode()
    assert client.post(address, {"reason": "房东说下周到"}).status_code == 302
    sign_in(client, QIAN)
    shown = client.get(page, **ENGLISH).content.decode()
    assert "has answered that they have not arrived yet" in shown
    assert "nothing said yet" not in shown
    assert "房东说下周到" in shown
    assert address not in shown
    listed = client.post(reverse("moves:waiting"), {"late": "all"}, **ENGLISH).content.decode()
    assert "has answered that they have not arrived yet" in listed


def test_the_page_of_the_destination_accepts(client: Client) -> None:
    move = corrected()
    sign_in(client, HAN)
    address, page = reverse("moves:accept", args=[move.pk]), reverse("moves:move", args=[move.pk])
    assert address in client.get(page).content.decode()
    shown = client.get(address)
    assert "算住在这里" in shown.content.decode()  # what follows is said first
    assert 'type="hidden" name="number"' in shown.content.decode()
    seen = {"reason": "已核实", "number": shown.context["form"]["number"].value()}
    assert client.post(address, seen).status_code == 302
    assert "双方已确认" in client.get(page).content.decode()


def test_a_correction_that_came_after_the_page_was_opened_is_not_accepted_with_it(client: Client) -> None:
    move = corrected()
    sign_in(client, HAN)
    address = reverse("moves:accept", args=[move.pk])
    seen = {"reason": "已核实", "number": client.get(address).context["form"]["number"].value()}
    take(qian_viewer(), actions.correct_end, actions.CorrectEnd(move.pk, "origin", LATER + dt.timedelta(days=1)))
    for sent in (seen, {"reason": "已核实"}):
        answer = client.post(address, sent, **ENGLISH)
        assert answer.status_code == 422
        assert "Open it again" in answer.content.decode()
    assert Move.objects.get(pk=move.pk).state == "arrived"
    assert client.post(address, seen | {"number": last(move).number}).status_code == 302
