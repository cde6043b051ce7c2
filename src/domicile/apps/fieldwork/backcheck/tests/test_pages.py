"""Pages of back-checks: blind for who checks, both values for who judges, own figures for everybody, files and paper."""

import csv
import datetime as dt
import hashlib
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Look
from domicile.apps.fieldwork.backcheck import policies
from domicile.apps.fieldwork.backcheck.models import BackCheck, CheckItem, Draw
from domicile.apps.fieldwork.backcheck.prints import sheets_data
from domicile.apps.fieldwork.backcheck.selectors import asked, own_open
from domicile.apps.fieldwork.backcheck.tests import making
from domicile.apps.fieldwork.visits.models import Visit
from domicile.apps.tasks.models import Task
from tests import factories
from tests.cast import COMMUNITY, LI, QIAN, ZHAO, sign_in, viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
COLLEGE_WORDS, SCHOOL_WORDS = "中等职业教育", "普通高级中学教育"


@pytest.fixture
def check() -> BackCheck:
    """Zhao's correction of an education, which Qian accepted and Feng has to check."""
    making.staff()
    person, _home = making.at_home(name="张伟")
    making.schooled(person)
    making.drawn()
    return BackCheck.objects.get()


def page(client: Client, actor, name: str, *args: object, **query: str) -> str:  # type: ignore[no-untyped-def]
    sign_in(client, actor)
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_checker_sees_address_and_person_and_nothing_that_is_on_file(client: Client, check: BackCheck) -> None:
    item = CheckItem.objects.get()
    shown = page(client, making.FENG, "backcheck:fill", check.pk)
    assert check.dwelling is not None
    assert check.dwelling.address in shown
    assert "张伟" in shown
    assert f'value="{making.SCHOOL}">' in shown  # one of many answers, none of them marked
    assert f'value="{making.SCHOOL}" selected' not in shown
    look = Look.objects.get(question="back_check")
    assert bytes(look.persons) == item.person.pk.bytes  # type: ignore[union-attr]

    answer = client.post(reverse("backcheck:fill", args=[check.pk]), {str(item.pk): ""})
    assert answer.status_code == 422
    client.post(reverse("backcheck:fill", args=[check.pk]), {str(item.pk): making.COLLEGE})
    check.refresh_from_db()
    assert check.state == "checked"


def test_where_the_name_is_asked_the_person_is_told_by_role_and_year(check: BackCheck) -> None:
    CheckItem.objects.update(key="name")
    person = CheckItem.objects.get().person
    who = asked([check])[check.pk][0].who
    assert person is not None
    assert person.name not in who
    assert "1980" in who


def test_the_sheet_on_paper_asks_and_tells_nothing(client: Client, check: BackCheck) -> None:
    checks = own_open(viewer(making.FENG))
    told = str(sheets_data(viewer(making.FENG), checks, asked(checks)))
    assert "张伟" in told
    assert SCHOOL_WORDS not in told
    assert own_open(zhao_viewer()) == []
    sign_in(client, making.FENG)
    answer = client.get(reverse("backcheck:sheets"))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    sign_in(client, ZHAO)
    assert client.get(reverse("backcheck:sheets")).status_code == 422
    assert client.get(reverse("backcheck:sheet", args=[check.pk])).status_code == 403


def test_a_difference_is_judged_with_both_values_side_by_side_and_corrected(client: Client, check: BackCheck) -> None:
    making.checked(check, education=making.COLLEGE)
    item = CheckItem.objects.get()
    for name, args in (("backcheck:differences", ()), ("backcheck:difference", (item.pk,))):
        shown = page(client, QIAN, name, *args)
        assert SCHOOL_WORDS in shown
        assert COLLEGE_WORDS in shown
    assert "冯网格" not in shown
    assert "赵网格" not in shown

    address = reverse("backcheck:difference", args=[item.pk])
    answer = client.post(address, {"verdict": "first_wrong", "note": "看了毕业证"})
    assert answer.headers["Location"] == address
    assert reverse("backcheck:correct", args=[item.pk]) in client.get(address).content.decode()
    client.post(reverse("backcheck:correct", args=[item.pk]))
    item.refresh_from_db()
    assert item.proposal_id is not None
    assert reverse("collect:proposal", args=[item.proposal_id]) in client.get(address).content.decode()
    assert "看了毕业证" in page(client, QIAN, "backcheck:differences", judged="1")


def test_rates_say_in_words_where_they_stand_and_come_as_files(client: Client, check: BackCheck) -> None:
    making.checked(check, education=making.SCHOOL)
    asked_for = {"place": COMMUNITY, "begin": "2026-03-01", "last": "2026-03-31"}
    shown = page(client, QIAN, "backcheck:rates", **asked_for)
    assert "再查124条" in shown
    assert "记录太少" in shown
    assert "赵网格" in shown
    rows = list(csv.reader(io.StringIO(_body(client, "csv", asked_for))))
    assert rows[3][1:5] == ["全部记录", "1", "1", "0"]
    book = client.get(reverse("backcheck:rates_file", args=["xlsx"]), asked_for)
    assert b"".join(book).startswith(b"PK")  # type: ignore[arg-type]
    assert client.get(reverse("backcheck:rates_file", args=["pdf"]), asked_for).content.startswith(b"%PDF")
    other = page(client, QIAN, "backcheck:rates", **(asked_for | {"begin": "2025-03-01", "last": "2025-03-31"}))
    assert "这段时间的记录还没有倒查" in other


def _body(client: Client, kind: str, query: dict[str, str]) -> str:
    answer = client.get(reverse("backcheck:rates_file", args=[kind]), query)
    return b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


def test_each_worker_sees_the_own_figures_and_nobody_elses(client: Client, check: BackCheck) -> None:
    making.checked(check, education=making.COLLEGE)
    CheckItem.objects.update(verdict="first_wrong", judged_by=QIAN.id, judged_on=making.TODAY)
    BackCheck.objects.update(accepted_on=timezone.localdate())
    assert "100.0%" in page(client, ZHAO, "backcheck:mine")
    own = page(client, making.FENG, "backcheck:mine")
    assert "100.0%" not in own
    assert "赵网格" not in own
    assert client.get(reverse("backcheck:start")).headers["Location"] == reverse("backcheck:mine")
    for name in ("backcheck:rates", "backcheck:differences", "backcheck:new"):
        assert client.get(reverse(name)).status_code == 403


def test_who_draws_sees_the_design_and_the_gaps_and_no_value(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.area_tree()
    today = timezone.localdate()
    monkeypatch.setattr(policies, "due_on", lambda day: day + dt.timedelta(days=10))
    person, home = making.at_home()
    visit = making.visited(home, person, on=today)
    sign_in(client, QIAN)
    assert "辖区内还没有抽取过倒查" in client.get(reverse("backcheck:start")).content.decode()
    values = {"place": COMMUNITY, "begin": today.isoformat(), "last": today.isoformat()}
    assert client.post(reverse("backcheck:new"), values | {"place": "770102"}).status_code == 422
    answer = client.post(reverse("backcheck:new"), values)
    draw = Draw.objects.get()
    address = reverse("backcheck:draw", args=[draw.pk])
    assert answer.headers["Location"] == address
    shown = client.get(address).content.decode()
    assert str(draw.seed) in shown
    assert "钱社区" in shown  # the only one who can be sent
    assert reverse("backcheck:draw", args=[draw.pk]) in client.get(reverse("backcheck:start")).content.decode()

    frame = client.get(reverse("backcheck:frame", args=[draw.pk, "csv"]))
    rows = list(csv.reader(io.StringIO(b"".join(frame.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    digest = hashlib.sha256(f"{draw.seed}:{visit.pk}".encode()).hexdigest()
    assert rows[3] == ["770101001001001", "1", "1", str(visit.pk), digest, "是"]

    Task.objects.all().delete()
    BackCheck.objects.update(state="gap", task_id=None)
    assert "重新派人" in client.get(address).content.decode()
    client.post(reverse("backcheck:assign", args=[draw.pk]))
    assert BackCheck.objects.get().state == "open"


@pytest.mark.parametrize("actor", [LI, ZHAO], ids=lambda actor: actor.username)
def test_a_stranger_and_who_collected_are_refused(client: Client, check: BackCheck, actor) -> None:  # type: ignore[no-untyped-def]
    making.checked(check, education=making.COLLEGE)
    item, draw = CheckItem.objects.get(), Draw.objects.get()
    sign_in(client, actor)
    for address in (
        reverse("backcheck:fill", args=[check.pk]), reverse("backcheck:draw", args=[draw.pk]),
        reverse("backcheck:frame", args=[draw.pk, "csv"]), reverse("backcheck:difference", args=[item.pk]),
    ):  # fmt: skip
        assert client.get(address).status_code == 403, address
    assert client.post(reverse("backcheck:correct", args=[item.pk])).status_code == 403
    assert client.post(reverse("backcheck:assign", args=[draw.pk])).status_code == 403


def test_lists_need_as_many_queries_for_many_rows_as_for_few(client: Client) -> None:
    making.staff()
    counts = []
    for many in (2, 6):
        for _ in range(many):
            person, home = making.at_home(number=None)
            making.visited(home, person)
        draw = making.drawn(seed=many)
        for check in BackCheck.objects.filter(state="open"):
            making.checked(check, lives_here="no")
        sign_in(client, QIAN)
        addresses = [
            reverse("backcheck:draw", args=[draw.pk]),
            reverse("backcheck:differences"),
            reverse("backcheck:rates"),
        ]
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        counts.append(found)
    assert counts[0] == counts[1]
    assert Visit.objects.count() == 8
