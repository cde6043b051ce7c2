"""The start page of administration, the rules in force, one change in words, and the logs as files."""

import uuid

import pytest
from django.apps import apps
from django.test import Client

from domicile.apps.access.log import record_look
from domicile.apps.access.models import Look
from domicile.apps.accounts import actions
from domicile.apps.administration.rulewords import GROUPS, ITEMS, LEVELS, PAPERS, RULES, SOURCES, UNITS
from domicile.apps.administration.telling import TABLES
from domicile.apps.administration.words import ACTIONS
from domicile.apps.areas import registry
from domicile.apps.areas.actions import boundaries
from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import recording
from domicile.core.policy.corrections import LEVELS as LEVEL_ORDER
from domicile.core.policy.parameters import describe, parameter_names
from tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "log"])
PERSON = uuid.UUID("0190b6a0-0000-7000-8000-00000000f00d")
WAYS = {
    cast.WU: {"/administration/accounts/", "/administration/looks/", "/administration/changes/"},
    cast.ZHENG: {"/administration/looks/", "/administration/changes/"},
    cast.SUN: {"/imports/columns/", "/ledgers/"},
}


@pytest.mark.parametrize("actor", cast.CAST, ids=lambda actor: actor.username)
def test_the_start_page_shows_each_role_its_own_ways(client: Client, actor: cast.Actor) -> None:
    cast.sign_in(client, actor, "")
    page = client.get("/administration/")
    if actor in {cast.ZHAO, cast.CHEN}:
        assert page.status_code == 403
        return
    shown = {way.url for _title, group in page.context["groups"] for way in group}
    assert "/administration/rules/" in shown
    assert shown >= WAYS.get(actor, set())
    assert ("/administration/accounts/" in shown) == (actor is cast.WU)


def test_every_rule_shown_is_told_in_words() -> None:
    rules = [describe(name) for name in parameter_names() if name.split(".")[0] in GROUPS]
    assert {rule.name for rule in rules} == set(RULES)
    assert {rule.unit for rule in rules} <= set(UNITS)
    level, papers = describe("corrections.level"), describe("corrections.evidence")
    assert {rule.reference for rule in [*rules, level]} <= set(SOURCES)
    assert {item for _start, held in level.values for item in held} <= set(ITEMS)
    assert {paper for _start, held in papers.values for kinds in held.values() for paper in kinds} <= set(PAPERS)
    assert set(LEVEL_ORDER) == set(LEVELS)


def test_whatever_a_change_writes_or_counts_is_told_in_words() -> None:
    apart = {"places", "people", "tenure", "areas", "localfields", "screens"}
    tables = {model._meta.db_table for model in apps.get_models() if model._meta.app_label in apart}
    assert tables | registry.tally([]).keys() <= set(TABLES)
    assert set(boundaries.ACTIONS) <= set(ACTIONS)


def test_the_rules_tell_why_somebody_may_see_a_person(client: Client) -> None:
    cast.sign_in(client, cast.WU)
    page = client.get("/administration/rules/")
    (worker,) = [role for role in page.context["roles"] if role["key"] == "grid_worker"]
    assert "查看人员" in worker["purposes"][0]["permissions"]
    assert "本版自 2020-01-01 起生效" in page.content.decode()
    early = client.get("/administration/rules/?on=2010-06-01")
    assert early.context["edition"] is None
    assert "那一天还没有规则" in early.content.decode()
    assert client.get("/administration/rules/?on=x").status_code == 200


def test_a_change_of_areas_is_told_with_its_proof_and_without_people(client: Client) -> None:
    cast.sign_in(client, cast.WU)
    with recording(
        actor=cast.sun_viewer(),
        action="areas.split_area",
        subject_kind="area",
        subject_id=PERSON,
        place_code=cast.TOWNSHIP,
    ) as change:
        change.values += [
            ["people_spell", "", "move", {"place_code": [cast.GRID, cast.OTHER_GRID], "rows": [12, 12]}],
            ["areas_area", "", "proof", {"residents": [12, 12], "dwellings": [5, 5]}],
            ["areas_area", PERSON.hex, "update", {"valid_to": [None, "2026-11-22"], "parent_id": [None, "x"]}],
            ["people_person", PERSON.hex, "update", {"name": [cast.ZHOU_NAME, "b64:xx"]}],
        ]
    page = client.get(f"/administration/changes/{Change.objects.get().pk}/")
    told, text = page.context["told"], page.content.decode()
    assert (told.moves[0].before, told.moves[0].after, told.moves[0].rows) == (cast.GRID, cast.OTHER_GRID, 12)
    assert [(line.what, line.before, line.after) for line in told.proof] == [
        ("居住在此的人", "12", "12"),
        ("房屋记录", "5", "5"),
    ]
    assert [line.after for line in told.values] == ["2026-11-22"]
    assert told.others == [("人员记录", 1)]
    assert cast.ZHOU_NAME not in text
    assert "区划拆分" in text


def test_a_change_elsewhere_is_out_of_reach(client: Client) -> None:
    cast.sign_in(client, cast.WU)
    with recording(
        actor=cast.li_viewer(),
        action="people.add",
        subject_kind="person",
        subject_id=PERSON,
        place_code="770102001001000",
    ) as change:
        change.values.append(["people_person", PERSON.hex, "create", {}])
    assert client.get(f"/administration/changes/{Change.objects.get().pk}/").status_code == 403


def test_changes_are_found_by_action_area_purpose_subject_and_days(client: Client) -> None:
    cast.sign_in(client, cast.WU)
    made = actions.create_user(actor=cast.wu_viewer(), username="he", real_name="何新", area_code=cast.TOWNSHIP)

    def count(query: str) -> int:
        return len(client.get(f"/administration/changes/?{query}").context["rows"])

    for query in (
        "action=accounts.create_user",
        f"area={cast.TOWNSHIP}",
        f"subject={made.user.pk}",
        "purpose=oversight",
    ):
        assert count(query) == 1, query
    for query in (
        "action=access.grant",
        "area=770101002",
        f"subject={PERSON}",
        "purpose=door_visit",
        "until=2020-01-01",
    ):
        assert count(query) == 0, query
    page = client.get("/administration/changes/?since=2026-02-02&until=2026-02-01")
    assert set(page.context["filter_form"].errors) == {"until"}


def test_from_a_look_to_who_else_looked(client: Client) -> None:
    cast.sign_in(client, cast.ZHENG)
    cast.make_user(cast.QIAN)
    one = record_look(cast.qian_viewer(), question="person", persons=[PERSON])
    more = record_look(cast.qian_viewer(), question="search", persons=[PERSON, uuid.uuid4()])
    rows = client.get(f"/administration/looks/?user={cast.QIAN.id}&area={cast.COMMUNITY}").context["rows"]
    assert [row.cells[-1].url for row in rows] == [
        f"/administration/looks/{more}/",
        f"/administration/persons/{PERSON}/looks/",
    ]
    page = client.get(f"/administration/looks/{more}/").content.decode()
    assert f"/administration/persons/{PERSON}/looks/" in page
    assert client.get(f"/administration/looks/{one + 999}/").status_code == 403
    filtered = client.get(f"/administration/persons/{PERSON}/looks/?question=search&purpose=register_maintenance")
    assert len(filtered.context["rows"]) == 1


@pytest.mark.parametrize("name", ["looks", "changes"])
def test_a_filtered_log_is_taken_as_a_file_and_that_is_on_record(
    client: Client, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domicile.apps.administration.views.logs.PIECE", 2)
    cast.sign_in(client, cast.ZHENG)
    for number in range(5):
        record_look(cast.zheng_viewer(), question="person", persons=[PERSON])
        actions.create_user(actor=cast.wu_viewer(), username=f"=he{number}", real_name="何", area_code=cast.TOWNSHIP)
    question = "question=person" if name == "looks" else "action=accounts.create_user"
    answer = client.get(f"/administration/{name}/?{question}&file=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2 + 1 + 5
    assert "郑督查" in lines[1]
    assert Look.objects.using("log").filter(question=f"download_{name}", user_id=cast.ZHENG.id).count() == 1
    assert client.get(f"/administration/{name}/?file=csv&since=x").context["rows"] == []


def test_nobody_else_takes_a_log(client: Client) -> None:
    cast.sign_in(client, cast.SUN)
    assert client.get("/administration/looks/?file=csv").status_code == 403
    assert not Look.objects.using("log").filter(question="download_looks").exists()
