"""Local fields in ledgers and their files: chosen, of their own area, gone with their purpose, never for the stranger."""

import csv
import datetime as dt
import io

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from domicile.apps.localfields import actions, values
from domicile.apps.localfields.columns import key_of
from domicile.apps.localfields.models import LocalField, LocalValue
from domicile.apps.localfields.tests.making import approved
from domicile.apps.people.models import Person
from domicile.apps.people.scope import home_code, home_codes
from domicile.apps.screens.models import SavedView
from domicile.apps.tenure.models import Holder, Rental
from domicile.apps.vault.sealing import erase, seal
from tests import factories, pdf
from tests.cast import LI, QIAN, SUN, ZHAO, qian_viewer, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
PEOPLE, HOMES = "people:ledger_people", "people:ledger_households"


def enter(field: LocalField, subject, text: str = "yes") -> None:
    row = LocalValue(field=field, subject_id=subject)
    row.value = seal(row, "value", values.locked(field.pk, subject, text))
    row.save()


def live(**fields) -> Person:
    """Somebody at a dwelling of their own."""
    factories.area_tree()
    home = factories.dwelling(place_code=fields.pop("place_code", factories.GRID))
    who = factories.person(**fields)
    factories.household(at=home, members=[(who, "02")])
    return who


@pytest.fixture
def meals() -> LocalField:
    factories.area_tree()
    return approved(today=timezone.localdate())


def ask(client: Client, name: str = PEOPLE, **asked):
    return client.post(reverse(name), asked)


def table(client: Client, **asked) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(ask(client, format="csv", **asked)).decode("utf-8-sig"))))[2:]


def offered(client: Client, name: str = PEOPLE, **asked) -> dict[str, tuple[str, bool]]:
    return {c["key"]: (str(c["label"]), c["chosen"]) for c in ask(client, name, **asked).context["column_choices"]}


def test_a_field_is_a_column_off_at_first_and_says_what_it_is_for(client: Client, meals) -> None:
    enter(meals, live(name="送餐人").pk)
    sign_in(client, QIAN)
    page = ask(client)
    assert offered(client)[key_of(meals)] == ("需要送餐", False)
    assert "社区食堂送餐" in page.content.decode()  # beside the name of the column
    assert [cell.label for cell in page.context["rows"][0].cells].count("需要送餐") == 0
    shown = ask(client, columns=["name", key_of(meals)])
    assert [(str(cell.label), cell.value) for cell in shown.context["rows"][0].cells][1] == ("需要送餐", "是")


def test_it_goes_into_files_and_after_the_columns_of_the_official_sheet(client: Client, meals) -> None:
    enter(meals, live(name="送餐人").pk)
    live(name="没有问过")
    sign_in(client, QIAN)
    asked = {"columns": ["name", key_of(meals)]}
    head, *rows = table(client, **asked)
    assert (head, sorted(rows)) == (["姓名", "需要送餐"], [["没有问过", ""], ["送餐人", "是"]])
    head, *_rest = table(client, layout="official", **asked)
    assert (head[0], head[-2:]) == ("本户地址", ["流入原因", "需要送餐"])
    assert "需要送餐" not in table(client, layout="official")[0]
    printed = pdf.text(b"".join(ask(client, format="pdf", **asked)))
    assert "需要送餐" in printed
    assert b"".join(ask(client, format="xlsx", **asked)).startswith(b"PK")


@pytest.mark.parametrize(
    ("kind", "text", "cell"),
    [
        ("number", "7", 7),
        ("day", "2026-02-28", dt.date(2026, 2, 28)),
        ("text", "按铃", "按铃"),
        ("choice", "2", "晚餐"),
        ("yes_no", "no", "否"),
    ],
)
def test_a_value_stands_as_its_type(client: Client, kind, text, cell) -> None:
    choices = (("午餐", "Lunch"), ("晚餐", "Dinner")) if kind == "choice" else ()
    who = live()
    field = approved(today=timezone.localdate(), kind=kind, choices=choices)
    enter(field, who.pk, text)
    sign_in(client, QIAN)
    assert ask(client, columns=[key_of(field)]).context["rows"][0].cells[0].value == cell


def test_it_holds_for_its_area_only(client: Client, meals) -> None:
    near, far = live(name="本社区"), live(name="别处", place_code=factories.FAR_GRID)
    for who in (near, far):  # the second moved away after it was asked
        enter(meals, who.pk)
    sign_in(client, SUN)
    assert offered(client)[key_of(meals)][0] == "需要送餐（河沿社区）"
    rows = table(client, columns=["name", key_of(meals)])[1:]
    assert sorted(rows) == sorted([["本社区", "是"], ["别处", ""]])
    assert key_of(meals) not in offered(client, place=factories.OTHER_COMMUNITY)
    assert key_of(meals) in offered(client, place=factories.TOWNSHIP)
    sign_in(client, LI)
    assert key_of(meals) not in offered(client)
    sign_in(client, ZHAO)
    assert key_of(meals) in offered(client)


def test_after_the_end_it_is_in_no_column_no_file_and_no_view(client: Client, meals) -> None:
    enter(meals, live(name="送餐人").pk)
    sign_in(client, QIAN)
    ask(client, do="save", title="送餐", columns=["name", key_of(meals)])
    view = SavedView.objects.get()
    assert key_of(meals) in view.columns
    actions.end_early(actor=sun_viewer(), field_id=meals.pk, reason="停办")
    assert table(client, columns=["name", key_of(meals)]) == [["姓名"], ["送餐人"]]
    page = client.get(reverse(PEOPLE), {"view": str(view.pk)})
    assert [str(column["label"]) for column in page.context["columns"]] == ["姓名"]
    assert key_of(meals) not in offered(client)


def test_it_is_not_offered_before_its_first_or_after_its_last_day(client: Client) -> None:
    today = timezone.localdate()
    early = approved(today=today, start=today + dt.timedelta(days=1), label_zh="未开始")
    late = approved(today=today - dt.timedelta(days=301), label_zh="已过期")
    sign_in(client, QIAN)
    assert not {key_of(early), key_of(late)} & set(offered(client))


def test_what_was_erased_is_empty(client: Client, meals) -> None:
    who = live()
    enter(meals, who.pk)
    erase(meals.pk)
    sign_in(client, QIAN)
    assert ask(client, columns=[key_of(meals)]).context["rows"][0].cells[0].value == ""


def test_a_dwellings_field_stands_in_the_ledger_of_households(client: Client) -> None:
    who = live()
    alarm = approved(today=timezone.localdate(), subject_kind="dwelling", kind="day", label_zh="报警器检查")
    enter(alarm, who.memberships.get().household.dwelling_id, "2026-05-06")
    sign_in(client, QIAN)
    assert key_of(alarm) not in offered(client)
    rows = ask(client, HOMES, columns=["head", key_of(alarm)]).context["rows"]
    assert rows[0].cells[1].value == dt.date(2026, 5, 6)


def test_it_stands_in_the_ledgers_of_rentals_and_units_too(client: Client) -> None:
    factories.area_tree()
    alarm = approved(today=timezone.localdate(), subject_kind="dwelling", kind="day", label_zh="报警器检查")
    home = factories.dwelling()
    factories.unit(at=home)
    Rental.objects.create(dwelling=home, landlord=Holder.objects.create(name="郑房东"))
    enter(alarm, home.pk, "2026-05-06")
    sign_in(client, QIAN)
    for name, ledger in (("address", "tenure:ledger"), ("name", "units:ledger")):
        rows = ask(client, ledger, columns=[name, key_of(alarm)]).context["rows"]
        assert [row.cells[1].value for row in rows] == [dt.date(2026, 5, 6)], ledger


def test_columns_cost_two_queries_and_the_home_however_many_rows_and_fields(client: Client, meals) -> None:
    second = approved(today=timezone.localdate(), label_zh="轮椅", kind="text")
    sign_in(client, QIAN)

    def cost(*fields: LocalField) -> int:
        with CaptureQueriesContext(connections["default"]) as told:
            ask(client, columns=["name", *map(key_of, fields)])
        return len(told)

    enter(meals, live().pk)
    cost()
    plain = cost()
    assert cost(meals) == plain + 3
    for _ in range(5):
        who = live()
        enter(meals, who.pk)
        enter(second, who.pk, "按铃")
    assert cost(meals, second) == plain + 3


def test_the_home_of_many_is_the_home_of_each() -> None:
    people = [live(), live(place_code=factories.FAR_GRID), factories.person()]
    factories.visible(of=people[2], code=factories.COMMUNITY)
    viewer = qian_viewer()
    found = home_codes(viewer, [who.pk for who in people])
    assert found == {who.pk: home_code(viewer, who.pk) for who in people}
    assert found[people[0].pk] == factories.GRID
    assert found[people[1].pk] == ""
