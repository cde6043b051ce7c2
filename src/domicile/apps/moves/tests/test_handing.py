"""A move that names a county alone is handed on to the community that receives it."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas.models import Area
from domicile.apps.audit.models import Change
from domicile.apps.collect.undoing import undo
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import actions
from domicile.apps.moves.deadlines import waiting
from domicile.apps.moves.handing.actions import HandOn, hand_on
from domicile.apps.moves.models import Move, MoveChange
from domicile.apps.moves.tests.making import DAY, HAN, WHY, arrived, declared, end, flat, han_viewer
from domicile.apps.moves.tests.test_deadlines import TODAY, held, years
from domicile.apps.moves.tests.test_lists import somebody
from domicile.apps.people.models import Visibility
from domicile.apps.screens.tests.checks import LedgerChecks
from domicile.apps.tasks.models import Task
from tests import factories
from tests.cast import LI, SUN, Actor, qian_viewer, sign_in, viewer

pytestmark = [pytest.mark.django_db(databases=["default", "log"]), pytest.mark.usefixtures("years")]
__all__ = ["years"]
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
#: The operator of the township that they go to.
TANG = Actor("tang", "唐街道", "county_operator", "770101001", "register_maintenance")
THERE = factories.OTHER_COMMUNITY
TOWNSHIP, NEXT = "770101001000", "770101001003"
WIDE = TOWNSHIP.ljust(15, "0")


def tang() -> Viewer:
    return viewer(TANG)


def announced(*, to: str = TOWNSHIP) -> Move:
    """Somebody declared to the township, the community not known."""
    move = declared(qian_viewer(), somebody(0), to_code=to, to_text="杏花路")
    Area.objects.get_or_create(
        code=NEXT, valid_to=None, defaults={"name": "南塔社区", "level": 5, "valid_from": dt.date(2020, 1, 1)}
    )
    return move


def handed(move: Move, code: str = THERE, actor: Viewer | None = None) -> Move:
    hand_on(actor=actor or tang(), reason=WHY, arguments=HandOn(move.pk, code))
    return Move.objects.get(pk=move.pk)


class TestUnplaced(LedgerChecks):
    url_name = "moves:unplaced"
    headings = ("未定社区的流动", "Moves here without a community")
    question = "ledger_moves_unplaced"
    owner, colleague, download_by = TANG, SUN, SUN
    stranger = LI

    def make(self, count: int) -> list[str]:
        people = [somebody(number) for number in range(count)]
        for person in people:
            declared(qian_viewer(), person, to_code=TOWNSHIP)
        return [person.name for person in people]


def test_the_community_sees_them_and_has_the_task_from_then_on() -> None:
    move = announced()
    person = move.people.get().person_id
    assert held(move) == [("move_arrival", WIDE, "open")]
    assert not waiting.waiting().filter(place=THERE + "000").exists()
    steps = MoveChange.objects.filter(move=move).count()
    handed(move)
    assert held(move) == [("move_arrival", THERE + "000", "open")]
    assert end(move).code == THERE + "000"
    assert MoveChange.objects.filter(move=move).count() == steps  # where it leads is said closer: no step of the move
    assert Visibility.objects.filter(person_id=person, why="moving", code=THERE + "000").exists()
    assert not Visibility.objects.filter(person_id=person, why="moving", code=WIDE).exists()


def test_the_time_of_the_community_begins_then(monkeypatch: pytest.MonkeyPatch) -> None:
    move = announced()
    later = timezone.now() + dt.timedelta(days=20)
    monkeypatch.setattr(timezone, "now", lambda: later)
    handed(move)
    assert waiting.waiting().get(move=move).started == later
    row = Task.objects.get(subject_id=move.pk)
    assert (row.opened_on, row.due_on) == (
        timezone.localtime(later).date(), waiting.clock(TODAY).days.add(timezone.localtime(later).date(), 15)
    )  # fmt: skip


def test_a_task_that_the_county_has_closed_opens_again_for_the_community() -> None:
    move = announced()
    Task.objects.filter(subject_id=move.pk).update(state="done", outcome="done", closed_on=TODAY)
    handed(move)
    assert held(move) == [("move_arrival", THERE + "000", "open")]


def test_it_is_undone_from_history_and_handed_on_anew() -> None:
    move = handed(announced())
    made = Change.objects.filter(action="moves.hand_on").get()
    undo(actor=tang(), change_id=made.pk, kinds=["moves.hand_on"])
    assert held(move) == [("move_arrival", WIDE, "open")]
    assert (end(move).code, end(move).handed_at) == (WIDE, None)
    handed(move)
    handed(move, NEXT)
    assert held(move) == [("move_arrival", NEXT + "000", "open")]


def test_who_may_and_to_where() -> None:
    move, exact = announced(), declared(qian_viewer(), somebody(1), to_code=THERE)
    for actor in (han_viewer(), qian_viewer()):  # the community, and the place left
        with pytest.raises(OutOfReach):
            handed(move, actor=actor)
    with pytest.raises(OutOfReach):
        handed(exact)  # the declaration names the community
    for code in ("770101001", TOWNSHIP, "770101001009", "770101002001", "", "北塔"):
        with pytest.raises(Refused):
            handed(move, code)
    handed(move)
    with pytest.raises(Refused):
        handed(move)  # it is there already
    arrived(han_viewer(), move, flat())
    with pytest.raises(Refused):
        handed(move, NEXT)
    assert Move.objects.get(pk=move.pk).state == "confirmed"  # a community of the area that was named: no difference


def test_several_at_once_on_one_screen(client: Client) -> None:
    moves = [announced(), announced()]
    sign_in(client, TANG)
    page = client.get(reverse("moves:unplaced"), **ENGLISH).content.decode()
    assert "Without a community (2)" in page
    assert "杏花路" in page
    rows = [end(move).pk for move in moves]
    page = client.post(reverse("moves:unplaced"), {"bulk": "hand_on", "row": rows}, **ENGLISH).content.decode()
    assert "北塔社区" in page
    assert "南塔社区" in page
    keys = [move.pk for move in moves]
    found = client.post(reverse("moves:hand_on"), {"move": keys, "find": "南塔", "search": "1"}).content.decode()
    assert "北塔社区" not in found
    assert NEXT in found
    before = Look.objects.using("log").count()
    assert client.post(reverse("moves:hand_on"), {"move": keys, "reason": WHY}).status_code == 422
    assert Look.objects.using("log").count() > before
    assert client.post(reverse("moves:hand_on"), {"move": keys, "code": NEXT, "reason": WHY}).status_code == 302
    assert [end(move).code for move in moves] == [NEXT + "000"] * 2
    page = client.get(reverse("moves:unplaced"), **ENGLISH).content.decode()
    assert "Without a community (" not in page
    assert client.post(reverse("moves:hand_on"), {}).status_code == 302  # nothing was ticked


def test_the_way_from_the_page_of_a_move(client: Client) -> None:
    move = announced()
    sign_in(client, TANG)
    address = reverse("moves:choose_community", args=[move.pk])
    assert address in client.get(reverse("moves:move", args=[move.pk])).content.decode()
    assert client.get(address).status_code == 200
    handed(move)
    sign_in(client, HAN)
    assert address not in client.get(reverse("moves:move", args=[move.pk])).content.decode()
    assert client.get(address).status_code == 403
    assert client.post(reverse("moves:hand_on"), {"move": [move.pk], "code": NEXT, "reason": WHY}).status_code == 403


def test_without_the_right_to_several_of_them_none_is_handed_on(client: Client) -> None:
    mine, exact = announced(), declared(qian_viewer(), somebody(1), to_code=THERE)
    sign_in(client, TANG)
    answer = client.post(reverse("moves:hand_on"), {"move": [mine.pk, exact.pk], "code": THERE, "reason": WHY})
    assert answer.status_code == 403
    assert end(mine).code == WIDE


def test_changing_the_destination_asks_for_a_community_again() -> None:
    move = handed(announced())
    arguments = actions.ChangeDestination(move.pk, "area", TOWNSHIP, day=DAY)
    actions.change_destination(actor=qian_viewer(), reason=WHY, arguments=arguments)
    assert (end(move).code, end(move).handed_at) == (WIDE, None)


def test_moves_to_different_areas_are_not_handed_on_together(client: Client) -> None:
    first = announced()
    factories.area_tree()
    Area.objects.create(code="770101002000", name="别街道", level=4, valid_from=dt.date(2020, 1, 1))
    second = declared(qian_viewer(), somebody(1), to_code="770101002000")
    sign_in(client, Actor("tao", "陶县区", "county_operator", "770101", "register_maintenance"))
    apart, nothing = "lead to different areas", "No community fits"
    for keys, find, said in (
        ([first.pk], "无此", (False, True)), ([first.pk, second.pk], "", (True, False)),
        ([first.pk, second.pk], "北塔", (True, False)), ([second.pk], "", (False, True)),
    ):  # fmt: skip
        page = client.post(reverse("moves:hand_on"), {"move": keys, "find": find, "search": "1"}, **ENGLISH)
        assert (apart in page.content.decode(), nothing in page.content.decode()) == said
