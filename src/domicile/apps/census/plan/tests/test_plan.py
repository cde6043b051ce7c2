"""A census is planned, corrected, undone; rulings, supplies, the readiness board, the start page."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.census.plan import readiness, schedule, selectors, start
from domicile.apps.census.plan.actions import plans, rulings, supplies, undo
from domicile.apps.census.plan.models import Census, Phase, Supply
from domicile.apps.census.plan.words import PHASES
from domicile.apps.census.staff.actions import assigning
from domicile.apps.census.staff.tests.working import DAY, ENUMERATOR, OFFICE, TODAY, frame, ground, plan, won
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from tests.cast import COMMUNITY, COUNTY, TOWNSHIP, Actor, make_user, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TOWN = Actor("tan", "谭街道", "census_office", TOWNSHIP, "supervision")
ELSEWHERE = Actor("shi", "施外区", "census_office", "770102", "supervision")
STRANGERS = [ELSEWHERE, ENUMERATOR]


def last(action: str) -> int:
    return Change.objects.filter(action=action).latest("pk").pk


def test_a_census_has_its_ten_phases_proposed_from_its_moment() -> None:
    ground()
    census = plan()
    spans = {phase.kind: (phase.begins_on, phase.ends_on) for phase in census.phases.all()}
    assert set(spans) == set(PHASES) == set(Phase.Kind.values)
    moment = timezone.localdate(census.reference_at)
    assert spans["list"][1] == spans["enumerate"][0] == moment
    assert spans == schedule.proposed(moment)
    with pytest.raises(Refused) as refusal:
        plan()
    assert refusal.value.field == "code"
    for code in ("add", "A", "a b"):
        with pytest.raises(Refused):
            plan(code)


def test_a_later_moment_takes_the_phases_along_and_all_is_undone() -> None:
    ground()
    census = plan()
    before = sorted(census.phases.values_list("kind", "begins_on"))
    later = census.reference_at + 7 * DAY
    plans.correct_census(
        actor=viewer(OFFICE), census_id=census.pk, name="新名", reference_at=later, pilot=True, move_phases=True
    )
    assert sorted(census.phases.values_list("kind", "begins_on")) == [(kind, on + 7 * DAY) for kind, on in before]
    undo.undo(actor=viewer(OFFICE), change_id=last("census.correct"))
    census.refresh_from_db()
    assert (census.name, census.pilot) == ("安禾县人口普查", False)
    assert sorted(census.phases.values_list("kind", "begins_on")) == before


def test_phases_end_after_they_begin_and_nobody_asks_before_the_moment() -> None:
    ground()
    census = plan()
    moment = timezone.localdate(census.reference_at)
    for kind, span in (
        ("code", (moment, moment)),
        ("enumerate", (moment - DAY, moment + DAY)),
        ("party", (moment, moment + DAY)),
    ):
        with pytest.raises(Refused) as refusal:
            plans.set_phases(actor=viewer(OFFICE), census_id=census.pk, spans={kind: span})
        assert refusal.value.field == kind
    plans.set_phases(actor=viewer(OFFICE), census_id=census.pk, spans={"enumerate": (moment, moment + 20 * DAY)})
    assert census.phases.get(kind="enumerate").ends_on == moment + 20 * DAY


def test_a_census_with_work_on_file_is_not_taken_away() -> None:
    codes, census = ground(), plan()
    frame(census, codes[:1])
    with pytest.raises(Refused):
        undo.undo(actor=viewer(OFFICE), change_id=last("census.create"))
    census.buildings.all().delete()
    undo.undo(actor=viewer(OFFICE), change_id=last("census.create"))
    assert not Census.objects.exists()


@pytest.mark.parametrize("actor", STRANGERS, ids=lambda actor: actor.role + actor.scope)
def test_who_does_not_plan_here_changes_nothing(actor: Actor) -> None:
    ground()
    census = plan()
    with pytest.raises(NotAllowed):
        rulings.rule(actor=viewer(actor), census_id=census.pk, asked="问", answered="答", on=TODAY, today=TODAY)
    with pytest.raises(NotAllowed):
        plans.set_phases(actor=viewer(actor), census_id=census.pk, spans={})
    with pytest.raises(NotAllowed):
        supplies.move_supply(
            actor=viewer(actor), census_id=census.pk, place_code=COMMUNITY, what="提袋", count=1, on=TODAY, today=TODAY
        )


def test_rulings_are_numbered_and_found_by_words_and_number() -> None:
    ground()
    census = plan()
    told = [("船上住的人怎么登记？", "在停靠地登记。"), ("工地宿舍怎么登记？", "按集体户登记。")]
    for asked, answered in told:
        rulings.rule(actor=viewer(OFFICE), census_id=census.pk, asked=asked, answered=answered, on=TODAY, today=TODAY)
    assert [row.number for row in selectors.rulings(census)] == [2, 1]
    assert [row.number for row in selectors.rulings(census, "登记 船")] == [1]
    assert [row.number for row in selectors.rulings(census, "#2")] == [2]
    with pytest.raises(Refused):
        rulings.rule(
            actor=viewer(OFFICE), census_id=census.pk, asked="13800000000 的人", answered="x", on=TODAY, today=TODAY
        )
    row = selectors.ruling(viewer(OFFICE), census, 1)
    rulings.correct_ruling(actor=viewer(OFFICE), ruling_id=row.pk, asked=row.asked, answered="在船上登记。", on=TODAY)
    undo.undo(actor=viewer(OFFICE), change_id=last("census.correct_ruling"))
    row.refresh_from_db()
    assert row.answered == "在停靠地登记。"


def test_supplies_are_what_went_out_less_what_came_back_against_what_is_needed() -> None:
    codes, census = ground(4), plan()

    def move(count: int, place: str = COMMUNITY) -> Supply:
        return supplies.move_supply(
            actor=viewer(TOWN), census_id=census.pk, place_code=place, what="手机", count=count, on=TODAY, today=TODAY
        )

    supplies.set_need(actor=viewer(OFFICE), census_id=census.pk, what="手机", per_area=1)
    move(3), move(1, codes[0]), move(-2)
    with pytest.raises(Refused):
        move(-2)
    held = selectors.stocks(viewer(TOWN), census)[COMMUNITY]
    assert [(one.what, one.out, one.back, one.there, one.needed, one.lacking) for one in held] == [
        ("手机", 4, 2, 2, 4, 2)
    ]
    undo.undo(actor=viewer(TOWN), change_id=last("census.move_supply"))
    assert selectors.stocks(viewer(TOWN), census)[COMMUNITY][0].there == 4
    with pytest.raises(NotAllowed):
        supplies.set_need(actor=viewer(TOWN), census_id=census.pk, what="手机", per_area=2)


def cells(census: Census, actor: Actor = OFFICE, place: str = COMMUNITY) -> dict[str, tuple[int, int, str]]:
    rows = {row.code: row for row in readiness.board(viewer(actor), census, TODAY)}
    return {key: (one.done, one.all, one.state) for key, one in zip(readiness.HEADS, rows[place].cells, strict=True)}


def test_the_board_tells_what_is_lacking_and_leads_there() -> None:
    codes, census = ground(3), plan()
    assert cells(census)["frame"] == (0, 0, "error")
    frame(census, [*codes, COMMUNITY + "000"])
    row = won(census, "何普查")
    assigning.assign(
        actor=viewer(OFFICE), census_id=census.pk, community=COMMUNITY, on=TODAY,
        plan=assigning.Plan({codes[0]: row.pk}, [(codes, None)]),
    )  # fmt: skip
    found = cells(census)
    assert found["frame"] == (8, 8, "done")
    assert found["divided"] == (6, 8, "care")
    assert found["named"] == (1, 3, "care")
    assert found["led"] == (0, 1, "error")
    assert found["tested"] == found["signed"] == (1, 1, "done")
    assert found["badged"] == found["phones"] == (0, 1, "error")
    assert found["supplies"] == (0, 0, "info")


def test_the_board_asks_as_many_questions_for_many_areas_as_for_few(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    codes, census = ground(2), plan()
    frame(census, codes)
    won(census, "何普查", account=make_user(ENUMERATOR).pk)

    def count() -> int:
        with django_assert_max_num_queries(30) as asked:
            readiness.board(viewer(OFFICE), census, TODAY)
        return len(asked)

    few = count()
    frame(census, ground(12, COMMUNITY[:9] + "002"))
    for number in range(4):
        won(census, f"普查员{number}")
    assert count() == few


def test_the_start_page_tells_the_phase_and_what_waits(client: Client) -> None:
    codes, census = ground(2), plan()
    told = start.head(viewer_of(OFFICE))
    assert told is not None
    assert told["census"] == census
    assert {line.phase.kind for line in told["running"]} == {"list"}
    assert any("2" in one.text for one in told["waiting"])
    sign_in(client, OFFICE)
    page = client.get("/").text
    assert "安禾县人口普查" in page
    assert "入户摸底" in page
    account = make_user(ENUMERATOR)
    row = won(census, "何普查", account=account.pk)
    assigning.assign(
        actor=viewer(OFFICE),
        census_id=census.pk,
        community=COMMUNITY,
        on=TODAY,
        plan=assigning.Plan({codes[0]: row.pk}),
    )
    sign_in(client, ENUMERATOR)
    assert "第1小区" in client.get("/").text


def viewer_of(actor: Actor):  # type: ignore[no-untyped-def]
    make_user(actor)
    return viewer(actor)


def test_every_page_of_the_plan_shows_and_its_forms_work(client: Client) -> None:
    codes = ground()
    sign_in(client, OFFICE)
    at = dt.date(2030, 11, 1)
    sent = client.post(
        reverse("census:create_census"),
        {"code": "2030", "name": "普查", "scope": COUNTY, "reference_on": at.isoformat(), "reference_time": "00:00"},
    )
    assert sent.headers["Location"] == reverse("census:overview", args=["2030"])
    frame(Census.objects.get(), codes)
    phases = reverse("census:set_phases", args=["2030"])
    values = {field.html_name: field.value() for field in client.get(phases).context["form"]}
    assert client.post(phases, values | {"publish_last": "2031-12-31"}).status_code == 302
    assert Phase.objects.get(kind="publish").ends_on == dt.date(2032, 1, 1)
    for name, values in (
        ("add_ruling", {"asked": "问？", "answered": "答。", "on": TODAY.isoformat()}),
        ("set_need", {"what": "手机", "per_area": 1}),
        ("move_supply", {"direction": "out", "place_code": COMMUNITY, "what": "手机", "count": 2, "on": TODAY.isoformat()}),
    ):  # fmt: skip
        assert client.get(reverse(f"census:{name}", args=["2030"])).status_code == 200
        assert client.post(reverse(f"census:{name}", args=["2030"]), values).status_code == 302, name
    for name in ("overview", "rulings", "supplies", "readiness", "correct_census"):
        page = client.get(reverse(f"census:{name}", args=["2030"]))
        assert page.status_code == 200, name
    assert client.get(reverse("census:censuses")).status_code == 200
    assert client.get(reverse("census:correct_ruling", args=["2030", 1])).status_code == 200
    undone = client.post(reverse("census:undo_plan", args=[last("census.rule")]), {"next": "/census/2030/rulings/"})
    assert undone.headers["Location"] == "/census/2030/rulings/"
