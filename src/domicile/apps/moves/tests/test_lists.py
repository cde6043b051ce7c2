"""The lists between the two ends: what waits, on what the ends differ, who is expected back; the report and its files."""

import datetime as dt

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.moves.lists import holiday
from domicile.apps.moves.tests.making import DAY, LATER, arrived, declared, flat, han_viewer, home, members
from domicile.apps.moves.tests.test_deadlines import BEFORE, TODAY, later, question, years
from domicile.apps.people.models import Person
from domicile.apps.screens.tests.checks import LedgerChecks
from domicile.core.spells import national_calendar
from tests import factories
from tests.cast import CHEN, LI, QIAN, SUN, WU, qian_viewer, sign_in

pytestmark = [pytest.mark.django_db(databases=["default", "log"]), pytest.mark.usefixtures("years")]
__all__ = ["years"]
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def somebody(number: int) -> Person:
    """Somebody alone in a dwelling, with a name of their own."""
    person = members(home(1))[0]
    Person.objects.filter(pk=person.pk).update(name=f"张{'甲乙丙丁戊己庚辛壬癸子丑寅卯'[number]}{person.pk.hex[-4:]}")
    person.refresh_from_db()
    return person


class TestWaiting(LedgerChecks):
    url_name = "moves:waiting"
    headings = ("等待办理的流动", "Moves that wait for somebody")
    question = "ledger_moves_waiting"

    def make(self, count: int) -> list[str]:
        people = [somebody(number) for number in range(count)]
        for person in people:
            declared(qian_viewer(), person)
        return [person.name for person in people]

    def page(self, client: Client, **extra: str) -> str:
        answer = client.post(self.url, {"late": "all"}, **extra)
        assert answer.status_code == 200
        return answer.content.decode()

    def ask(self, client: Client, **asked: str) -> HttpResponse:
        return client.post(self.url, {"late": "all", **asked})

    def test_where_the_calendar_ends_it_says_that_nothing_can_be_told_to_be_overdue(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        year = max(national_calendar().years) + 2
        monkeypatch.setattr(timezone, "localdate", lambda *_args, **_more: dt.date(year, 6, 1))
        sign_in(client, QIAN)
        text = client.get(self.url).content.decode()
        assert "无法判断哪些已逾期" in text
        assert f"{year}年的工作日还不知道" in text
        assert "没有逾期" not in text


class TestDiffering(LedgerChecks):
    url_name = "moves:differing"
    headings = ("双方不一致的流动", "Moves on which the ends differ")
    question = "ledger_moves_differing"

    def make(self, count: int) -> list[str]:
        people = [somebody(number) for number in range(count)]
        for person in people:
            arrived(han_viewer(), declared(qian_viewer(), person), flat(), day=BEFORE)
        return [*[person.name for person in people], str(DAY), str(BEFORE)]


class TestReturning(LedgerChecks):
    url_name = "moves:returning"
    headings = ("预计返回", "Expected back")
    question = "ledger_moves_returning"

    def make(self, count: int) -> list[str]:
        people = [somebody(number) for number in range(count)]
        for person in people:
            declared(qian_viewer(), person, expected_return=holiday(TODAY)["begin"])
        return [person.name for person in people]


def test_only_what_is_overdue_is_listed_at_first_at_both_ends(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    move = question()
    sign_in(client, QIAN)
    assert str(move.pk) not in client.get(reverse("moves:waiting")).content.decode()
    later(60, monkeypatch)
    for actor in (QIAN, SUN):
        sign_in(client, actor)
        page = client.get(reverse("moves:waiting"), **ENGLISH).content.decode()
        assert str(move.pk) in page
        assert "overdue since" in page
        assert "overdue since" in client.get(reverse("moves:leaving"), **ENGLISH).content.decode()


def test_a_figure_of_the_report_leads_to_its_moves(client: Client) -> None:
    asked, told = question(), declared(qian_viewer(), members(home(1))[0])
    sign_in(client, QIAN)
    page = client.get(reverse("moves:reconciliation"), **ENGLISH).content.decode()
    assert "Whose turn" not in page  # it stands in the lists
    cells = [cell for cell in client.get(reverse("moves:reconciliation")).context["open"][0].cells if cell.url]
    listed = {cell.text: client.post(cell.url, dict(cell.fields)).content.decode() for cell in cells}
    found = [page for page in listed.values() if str(asked.pk) in page or str(told.pk) in page]
    assert len(cells) == 2
    assert found
    acts = {dict(cell.fields)["acts"]: client.post(cell.url, dict(cell.fields)).content.decode() for cell in cells}
    assert str(asked.pk) in acts["origin"]
    assert str(told.pk) not in acts["origin"]
    assert str(told.pk) in acts["destination"]


def test_the_report_is_of_areas_and_names_nobody(client: Client) -> None:
    person = somebody(0)
    move = arrived(han_viewer(), declared(qian_viewer(), person), flat(), day=BEFORE)
    sign_in(client, SUN)
    answer = client.get(reverse("moves:reconciliation"))
    assert person.name not in answer.content.decode()
    assert answer.context["found"].all.differing["day"] == 1
    answer = client.get(reverse("moves:reconciliation"), {"level": 12, "begin": DAY, "last": TODAY}, **ENGLISH)
    assert [cell.text for cell in answer.context["open"][0].cells][4:6] == [1, 0]
    assert "北塔社区" in answer.content.decode()
    assert client.get(reverse("moves:reconciliation"), {"level": "x"}).status_code == 422
    for actor, status in ((CHEN, 403), (WU, 403), (LI, 200)):
        sign_in(client, actor)
        assert client.get(reverse("moves:reconciliation")).status_code == status
    assert str(move.pk) not in client.get(reverse("moves:reconciliation")).content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_the_report_as_a_file(client: Client, kind: str) -> None:
    question()
    sign_in(client, QIAN)
    answer = client.get(reverse("moves:reconciliation_file", args=[kind]))
    assert answer.status_code == 200
    content = b"".join(answer)
    assert content.startswith({"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "pdf": b"%PDF"}[kind])
    assert client.get(reverse("moves:reconciliation_file", args=["exe"])).status_code == 404


def test_who_came_back_or_died_is_not_expected(client: Client) -> None:
    day = holiday(timezone.localdate())["end"]
    here, died = declared(qian_viewer(), somebody(0), expected_return=day), somebody(1)
    declared(qian_viewer(), died, expected_return=day)
    declared(qian_viewer(), somebody(2), expected_return=day + dt.timedelta(days=1))
    Person.objects.filter(pk=died.pk).update(died_on=TODAY)
    sign_in(client, QIAN)
    page = client.get(reverse("moves:returning")).content.decode()
    assert page.count("/moves/0") == 1
    assert str(here.pk) in page
    days = {"begin": day + dt.timedelta(days=1)}
    assert str(here.pk) not in client.post(reverse("moves:returning"), days).content.decode()
    person = somebody(3)
    away = arrived(han_viewer(), declared(qian_viewer(), person, expected_return=day), flat())
    assert str(away.pk) in client.get(reverse("moves:returning")).content.decode()
    back = declared(han_viewer(), person, day=LATER + dt.timedelta(days=2), to_code=factories.COMMUNITY)
    assert str(away.pk) in client.get(reverse("moves:returning")).content.decode()  # told, and not here yet
    arrived(qian_viewer(), back, factories.dwelling(), day=LATER + dt.timedelta(days=3))
    assert str(away.pk) not in client.get(reverse("moves:returning")).content.decode()


def test_the_spring_festival_of_each_year_follows_the_one_before() -> None:
    assert holiday(dt.date(2027, 3, 2))["begin"] == dt.date(2027, 1, 22)
    assert holiday(dt.date(2027, 3, 3))["begin"] == dt.date(2028, 1, 11)
