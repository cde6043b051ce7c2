"""Pages of clean-ups: how far a round is, registers and cases, sheets and forms; who may, what is on record, how many queries."""

import datetime as dt
import io
import uuid

import openpyxl
import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from domicile.apps.access.models import Look, Seen
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.duplicates.models import Run
from domicile.apps.people.actions.corrections import Correct, correct
from domicile.apps.people.items import HERE
from domicile.apps.people.models import Person
from domicile.apps.places.models import Building, Dwelling
from domicile.apps.quality.cleanup import actions, making, selectors, sheets, summary, ways
from domicile.apps.quality.cleanup.lists import lists
from domicile.apps.quality.cleanup.models import CleanupCase, CleanupRound
from domicile.apps.quality.cleanup.tests.making_cases import TODAY, begun, case, community
from domicile.apps.quality.models import RuleRun
from tests import factories
from tests.cast import (
    CHEN,
    COMMUNITY,
    GRID,
    LI,
    QIAN,
    SUN,
    ZHAO,
    li_viewer,
    qian_viewer,
    sign_in,
    sun_viewer,
    zhao_viewer,
)
from tests.pdf import text as text_of

pytestmark = pytest.mark.django_db(databases=["default", "log"])
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def page(client: Client, name: str, *arguments: object) -> str:
    return client.get(reverse(f"cleanup:{name}", args=arguments), **ENGLISH).content.decode()


def test_a_round_is_begun_on_the_page_and_its_lists_are_asked_for(client: Client) -> None:
    community()
    sign_in(client, QIAN)
    assert "No clean-up here yet" in page(client, "rounds")
    values = {"name": "2026年户口整顿", "scope": COMMUNITY, "reference_on": TODAY.isoformat()}
    answer = client.post(reverse("cleanup:begin"), values, follow=True, **ENGLISH).content.decode()
    assert "The lists are being made." in answer
    of = CleanupRound.objects.get()
    assert (of.owner_name, of.scope) == (QIAN.real_name, COMMUNITY)
    again = client.post(reverse("cleanup:make", args=[of.pk]), follow=True, **ENGLISH).content.decode()
    assert "being made just now" in again
    making.make(actor=making.MACHINE, round_id=of.pk, today=TODAY)
    assert "Children of residents not registered" in page(client, "round", of.pk)


def test_the_round_counts_and_names_nobody_and_the_register_names_with_each_look_on_record(client: Client) -> None:
    there = community()
    of = begun()
    sign_in(client, QIAN)
    shown = page(client, "round", of.pk)
    assert "0 (0 %)" in shown
    assert "周小雨" not in shown
    Look.objects.all().delete()
    Seen.objects.all().delete()
    listed = client.post(reverse("cleanup:register_children"), {"round": of.pk}, **ENGLISH).content.decode()
    assert "周小雨" in listed
    assert "on file as registered nowhere" in listed
    assert Look.objects.get().question == "ledger_cleanup_children"
    assert set(Seen.objects.values_list("person_id", flat=True)) == {there.on["children"].pk}


def test_a_case_says_why_it_is_here_what_may_be_said_and_what_comes_first(client: Client) -> None:
    community()
    of = begun()
    sign_in(client, QIAN)
    held = case(of, "children")
    shown = page(client, "case", held.pk)
    assert "registered nowhere" in shown
    assert "Enter where they are registered" in shown
    assert "nobody leaves this list unregistered" in shown
    url = reverse("cleanup:say", args=[held.pk])
    refused = client.post(url, {"outcome": "registered"}, **ENGLISH)
    assert refused.status_code == 422
    answer = client.post(url, {"outcome": "papers", "note": "补办出生证"}, follow=True, **ENGLISH).content.decode()
    assert "stays open" in answer
    assert "A task at the door is open" in answer
    back = client.post(reverse("cleanup:take_back", args=[held.pk]), follow=True, **ENGLISH).content.decode()
    assert "Taken back" in back
    assert case(of, "children").state == "open"


def test_a_child_is_registered_by_the_form_that_the_case_leads_to_and_then_leaves_the_list(client: Client) -> None:
    there = community()
    of = begun()
    sign_in(client, SUN)
    held = case(of, "children")
    (way,) = ways.ways(sun_viewer(), selectors.case(sun_viewer(), held.pk, TODAY))
    assert way.url in page(client, "case", held.pk)
    assert of.name in client.get(way.url, **ENGLISH).content.decode()
    values = {"registration": "area", "registered_code": COMMUNITY, "registered_text": "河沿社区", "reason": of.name}
    answer = client.post(way.url, values)
    assert answer.url == reverse("cleanup:case", args=[held.pk])  # type: ignore[attr-defined]
    assert Person.objects.get(pk=there.on["children"].pk).registered_code == COMMUNITY
    client.post(reverse("cleanup:say", args=[held.pk]), {"outcome": "registered"})
    assert case(of, "children").state == "done"


def test_registering_at_the_dwelling_of_the_residence_is_one_form_away_from_a_shell_registration() -> None:
    there = community()
    factories.spell(of=there.on["shell"], at=there.home.dwelling)
    of = begun()
    found = selectors.case(sun_viewer(), case(of, "shell").pk, TODAY)
    assert [way.url.split("?")[0] for way in ways.ways(sun_viewer(), found)] == [
        reverse("people:correct", args=[there.on["shell"].pk, "registered_area"])
    ]
    values = {"registration": HERE, "registered_code": "", "registered_text": ""}
    asked = Correct(there.on["shell"].pk, "registered_area", values)
    correct(actor=sun_viewer(), reason=of.name, arguments=asked)
    held = actions.say(actor=sun_viewer(), case_id=case(of, "shell").pk, outcome="new_address", note="", today=TODAY)
    assert held.state == "done"


def test_the_worker_sees_at_the_door_what_is_left_to_ask(client: Client) -> None:
    there = community()
    of = begun()
    sign_in(client, ZHAO)
    shown = page(client, "at", there.home.dwelling.pk)
    assert "冯二妹" in shown
    assert "褚四方" not in shown
    answer = client.post(
        reverse("cleanup:say", args=[case(of, "elsewhere").pk]), {"outcome": "confirmed"}, follow=True, **ENGLISH
    )
    assert "Noted." in answer.content.decode()
    assert "冯二妹" not in page(client, "at", there.home.dwelling.pk)


def test_somebody_is_put_on_a_list_by_hand_from_the_card(client: Client) -> None:
    there = community()
    of = begun()
    sign_in(client, QIAN)
    url = reverse("cleanup:add", args=[there.none[0].pk])
    assert url in client.get(reverse("people:person", args=[there.none[0].pk])).content.decode()
    values = {"round": str(of.pk), "listed": "papers", "note": "持迁移证"}
    answer = client.post(url, values, follow=True, **ENGLISH).content.decode()
    assert "On the list." in answer
    assert client.post(url, values, **ENGLISH).status_code == 422


def test_strangers_see_no_round_no_case_no_form_and_no_sheet(client: Client) -> None:
    community()
    of = begun()
    sign_in(client, LI)
    pages = [
        reverse("cleanup:round", args=[of.pk]), reverse("cleanup:case", args=[case(of, "elsewhere").pk]),
        reverse("cleanup:summary", args=[of.pk, COMMUNITY]), reverse("cleanup:summary_file", args=[of.pk, COMMUNITY, "xlsx"]),
        reverse("cleanup:sheet", args=[of.pk, "registered", GRID]), reverse("cleanup:areas_file", args=[of.pk, "csv"]),
    ]  # fmt: skip
    absent = client.get(reverse("cleanup:round", args=[uuid.uuid4()])).status_code
    assert {client.get(one).status_code for one in pages} == {absent}
    assert "冯二妹" not in client.post(reverse("cleanup:register_elsewhere"), {}, **ENGLISH).content.decode()
    sign_in(client, CHEN)
    assert client.get(reverse("cleanup:rounds")).status_code == 403
    with pytest.raises(OutOfReach):
        sheets.sheet_data(li_viewer(), of, "registered", GRID)
    with pytest.raises(OutOfReach):
        sheets.sheet_data(zhao_viewer(), of, "registered", "770101001002001")


def test_the_summary_form_counts_by_list_and_outcome_and_names_nobody(client: Client) -> None:
    community()
    of = begun()
    actions.say(actor=qian_viewer(), case_id=case(of, "elsewhere").pk, outcome="confirmed", note="", today=TODAY)
    sign_in(client, QIAN)
    shown = page(client, "summary", of.pk, COMMUNITY)
    assert "as on file: 1" in shown
    book = client.get(reverse("cleanup:summary_file", args=[of.pk, COMMUNITY, "xlsx"]))
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active.values)  # type: ignore[union-attr]
    heads = next(place for place, row in enumerate(rows) if "项目" in row or "名单" in row)
    told = {row[1]: row for row in rows[heads + 1 :]}
    assert told["户口在外地的居住人员"][2:7] == (1, 1, 0, 0, 0)
    assert next(row for name, row in told.items() if name == "合计")[2:7] == (10, 1, 0, 0, 9)
    assert len(told) == len(lists()) + 1
    assert not any("冯二妹" in str(cell) for row in rows for cell in row)


def test_the_communities_of_a_round_are_taken_along_with_who_signed(client: Client) -> None:
    community()
    of = begun()
    sign_in(client, QIAN)
    answer = client.get(reverse("cleanup:areas_file", args=[of.pk, "csv"]))
    text = b"".join(answer.streaming_content).decode()
    assert "河沿社区" in text
    assert text.strip().splitlines()[-1].split(",")[-4:-1] == ["10", "0", "0"]


def test_forms_registers_and_sheets_are_printed(client: Client) -> None:
    community()
    of = begun()
    sign_in(client, QIAN)
    form = client.get(reverse("cleanup:summary_file", args=[of.pk, COMMUNITY, "pdf"]))
    assert "户口整顿汇总表" in text_of(form.content)
    areas = client.get(reverse("cleanup:areas_file", args=[of.pk, "pdf"]))
    assert "河沿社区" in text_of(areas.content)
    register = client.post(reverse("cleanup:register_elsewhere"), {"format": "pdf", "layout": "official"})
    assert "冯二妹" in text_of(register.content)
    told = {
        kind: text_of(client.get(reverse("cleanup:sheet", args=[of.pk, kind, GRID])).content) for kind in sheets.KINDS
    }
    assert "蒋六顺" in told["registered"]
    assert "冯二妹" in told["elsewhere"]
    assert "ANNA" not in told["elsewhere"]
    assert "ANNA" in told["abroad"]
    assert Look.objects.filter(question="cleanup_sheet").count() == 3


def test_a_sheet_holds_no_number_and_marks_the_lists(client: Client) -> None:
    there = community()
    number = factories.number_of(birth_date=dt.date(1980, 5, 6))
    factories.document(of=there.on["elsewhere"], number=number)
    of = begun()
    with translation.override("zh-hans"):
        data = sheets.sheet_data(qian_viewer(), of, "elsewhere", GRID)
    people = {person[0]: person for door in data["doors"] for person in door["people"]}
    assert people["冯二妹"][-1] == "5"
    assert number not in str(data)


def test_a_sheet_names_the_community_of_a_registration_and_says_which_dwelling_is_out_of_use(client: Client) -> None:
    there = community()
    held = there.gone.dwelling
    Dwelling.objects.filter(pk=held.pk).update(in_use_to=None)
    Building.objects.filter(pk=held.building_id).update(in_use_to=TODAY)
    Person.objects.filter(pk=there.on["shell"].pk).update(registered_text="")
    of = begun()
    with translation.override("zh-hans"):
        doors = sheets.sheet_data(qian_viewer(), of, "registered", GRID)["doors"]
    door = next(one for one in doors if one["key"] == held.pk)
    assert door["gone"]
    (person,) = door["people"]
    assert "河沿社区" in person[4]
    assert COMMUNITY not in person[4]


def test_pages_cost_the_same_number_of_queries_however_many_cases(client: Client) -> None:
    there = community()
    factories.spell(of=factories.person(name="外来", registered_code="330102001001"), at=there.home.dwelling)
    of = begun()
    sign_in(client, QIAN)
    first = CleanupCase.objects.filter(round=of, listed="elsewhere").order_by("place_code", "pk")[0]
    urls = [
        reverse("cleanup:round", args=[of.pk]), reverse("cleanup:case", args=[first.pk]),
        reverse("cleanup:summary", args=[of.pk, COMMUNITY]), reverse("cleanup:at", args=[there.home.dwelling.pk]),
    ]  # fmt: skip

    def queries() -> list[int]:
        counts = []
        for url in urls:
            with CaptureQueriesContext(connections["default"]) as caught:
                assert client.get(url).status_code == 200
            counts.append(len(caught))
        with CaptureQueriesContext(connections["default"]) as caught:
            client.post(reverse("cleanup:register_elsewhere"), {})
        with CaptureQueriesContext(connections["default"]) as printed:
            sheets.sheet_data(qian_viewer(), of, "elsewhere", GRID)
        return [*counts, len(caught), len(printed)]

    queries()
    few = queries()
    for number in range(20):
        who = factories.person(name=f"外来{number}", registered_code="330102001001")
        factories.spell(of=who, at=there.home.dwelling)
    making.make(actor=making.MACHINE, round_id=of.pk, today=TODAY)
    assert CleanupCase.objects.filter(round=of, listed="elsewhere").count() == 22
    assert queries() == few


def test_progress_is_told_by_grid_for_the_map_and_by_community(client: Client) -> None:
    community()
    of = begun()
    actions.say(actor=qian_viewer(), case_id=case(of, "elsewhere").pk, outcome="confirmed", note="", today=TODAY)
    progress = selectors.progress(qian_viewer(), of)
    assert (progress.grids[GRID].settled, progress.grids[GRID].total) == (1, 8)
    assert [(line.key, line.settled, line.total) for line in progress.areas] == [(COMMUNITY, 1, 10)]
    square = {"type": "Polygon", "coordinates": [[[114, 22], [114.01, 22], [114.01, 22.01], [114, 22.01], [114, 22]]]}
    factories.grid(code=GRID).__class__.objects.filter(code=GRID).update(boundary=square)
    sign_in(client, QIAN)
    assert "campaign-step-1" in page(client, "round", of.pk)


def test_every_grid_has_its_sheets_with_or_without_cases_also_for_the_county(client: Client) -> None:
    community()
    factories.grid(code=factories.OTHER_GRID)
    of = begun()
    sign_in(client, QIAN)
    url = reverse("cleanup:sheet", args=[of.pk, "registered", factories.OTHER_GRID])
    assert url in page(client, "round", of.pk)
    sign_in(client, SUN)
    assert url in page(client, "summary", of.pk, COMMUNITY)
    assert "没有应列入本表的人" in text_of(client.get(url).content)


def test_an_area_outside_the_round_has_no_form() -> None:
    community()
    of = begun()
    with pytest.raises(OutOfReach):
        summary.rows(qian_viewer(), of, "770101001002")


def test_the_county_signs_off_on_the_page_and_takes_it_back(client: Client) -> None:
    community()
    of = begun()
    for held in CleanupCase.objects.filter(round=of):
        keep = next(one for one in lists()[held.listed].outcomes if not one.settles)
        actions.say(actor=qian_viewer(), case_id=held.pk, outcome=keep.key, note="", today=TODAY)
    sign_in(client, SUN)
    url = reverse("cleanup:sign", args=[of.pk, COMMUNITY])
    assert url in page(client, "round", of.pk)
    assert "worked on none of these" in client.get(url, **ENGLISH).content.decode()
    assert "Signed off." in client.post(url, {"note": ""}, follow=True, **ENGLISH).content.decode()
    assert SUN.real_name in page(client, "round", of.pk)
    client.post(reverse("cleanup:unsign", args=[of.pk, COMMUNITY]), follow=True)
    assert url in page(client, "round", of.pk)


def test_a_list_that_nothing_was_asked_for_is_not_told_as_nobody_on_it(client: Client) -> None:
    of = begun()
    address = reverse("cleanup:round", args=[of.pk])
    sign_in(client, QIAN)
    answer = client.get(address, **ENGLISH).content.decode()
    assert "the rules were never checked" in answer
    assert f'href="{reverse("quality:rules")}">Go there' in answer
    RuleRun.objects.create(day=TODAY, asked_at=timezone.now(), state=RuleRun.State.DONE)
    answer = client.get(address, **ENGLISH).content.decode()
    assert "the rules were never checked" not in answer
    assert "no search for duplicates was made yet" in answer


def test_a_list_with_cases_is_not_told_as_empty_and_whoever_makes_no_lists_is_sent_nowhere(client: Client) -> None:
    community()
    of = begun()
    Run.objects.all().update(state=Run.State.FAILED)
    sign_in(client, SUN, "import_check")
    answer = client.get(reverse("cleanup:round", args=[of.pk]), **ENGLISH).content.decode()
    assert "no search for duplicates was made yet" not in answer
    assert "no list from outside was compared yet" in answer
    assert "Go there" not in answer
    assert "Afterwards make the lists anew" not in answer
