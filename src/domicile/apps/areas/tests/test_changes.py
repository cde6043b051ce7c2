"""Rename, recode, merge and split: what moves with a code, and which areas a past day had."""

import datetime as dt

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from domicile.apps.access.models import Grant
from domicile.apps.areas import actions, tree
from domicile.apps.areas.models import Area, AreaChange, Grid, GridStaff
from domicile.apps.areas.recoding import Recoding
from domicile.apps.audit.models import Change
from domicile.apps.collect.models import Proposal
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.people.models import Person, Visibility
from domicile.apps.places.models import Building, Dwelling
from tests import factories
from tests.cast import QIAN, ZHAO, make_user, qian_viewer, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])

TODAY = dt.date(2026, 11, 1)
ON = dt.date(2025, 7, 1)
BEFORE = ON - dt.timedelta(days=1)
A, B, C = "770101001001", "770101001002", "770101001003"


@pytest.fixture(autouse=True)
def county():
    return factories.area_tree()


def at(code, plate):
    return factories.dwelling(within=factories.building(place_code=code, plate=plate))


def area(code):
    return Area.objects.get(code=code, valid_to=None)


def codes_on(day):
    return {row.code: row.name for row in tree.areas_on(sun_viewer(), day)}


def recode(code, new, on=ON):
    return actions.recode_area(actor=sun_viewer(), area_id=area(code).pk, on=on, code=new, today=TODAY)


def merge(code, into, on=ON):
    return actions.merge_area(actor=sun_viewer(), area_id=area(code).pk, into_id=area(into).pk, on=on, today=TODAY)


def split(code, new, parts, on=ON, name="新桥社区"):
    return actions.split_area(
        actor=sun_viewer(), area_id=area(code).pk, on=on, code=new, name=name, parts=parts, today=TODAY
    )


def test_a_renamed_area_has_its_old_name_on_a_past_day():
    actions.rename_area(actor=sun_viewer(), area_id=area(A).pk, on=ON, name="滨河社区", today=TODAY)
    assert (codes_on(BEFORE)[A], codes_on(ON)[A]) == ("河沿社区", "滨河社区")
    (step,) = tree.predecessors(area(A))
    assert (step.kind, step.on, step.name) == ("rename", ON, "河沿社区")
    (step,) = tree.successors(Area.objects.get(code=A, valid_to=ON))
    assert step.name == "滨河社区"


def test_the_name_it_has_is_no_new_name():
    with pytest.raises(Refused) as refusal:
        actions.rename_area(actor=sun_viewer(), area_id=area(A).pk, on=ON, name="河沿社区", today=TODAY)
    assert refusal.value.field == "name"


def test_everything_kept_under_a_code_goes_on_under_the_new_one():
    household = factories.family(at=at(factories.GRID, "1号"))
    loose = at(A + "000", "2号")
    make_user(QIAN), make_user(ZHAO)
    duty = GridStaff.objects.create(
        grid=Grid.objects.get(code=factories.GRID), duty="worker", name="赵网格", valid_from=factories.LONG_AGO
    )
    Person.objects.filter(pk=household.members.first().person_id).update(registered_code=A)

    recode(A, C)

    assert Dwelling.objects.get(pk=household.dwelling_id).place_code == C + "001"
    assert Dwelling.objects.get(pk=loose.pk).place_code == C + "000"
    assert set(Building.objects.values_list("community_code", flat=True)) == {C}
    assert Building.objects.get(plate="1号").grid == Grid.objects.get(code=C + "001", valid_to=None)
    assert set(Visibility.objects.values_list("code", flat=True)) <= {C + "001", C + "000", C, A[:9] + "000"}
    assert not Person.objects.filter(registered_code__startswith=A).exists()
    assert set(Grant.objects.values_list("scope", flat=True)) == {C, C + "001"}
    duty.refresh_from_db()
    assert duty.grid.code == C + "001"
    assert set(codes_on(ON)) == set(codes_on(BEFORE)) - {A} | {C}


def test_a_township_takes_its_communities_and_grids_to_its_new_code():
    at(factories.GRID, "1号")
    recode("770101001000", "770101100000")
    assert {"770101100000", "770101100001", "770101100002"} <= set(codes_on(ON))
    assert not {A, B} & set(codes_on(ON))
    assert Dwelling.objects.get().place_code == "770101100001001"
    assert AreaChange.objects.filter(kind="recode", on=ON).count() == 3


@pytest.mark.parametrize("new", ["770101002000", B, "12", "770101009001"])
def test_a_new_code_must_be_free_of_the_same_level_and_inside_an_area(new):
    with pytest.raises(Refused) as refusal:
        recode(A, new)
    assert refusal.value.field == "code"


def test_merged_grids_keep_their_number_or_get_a_free_one():
    one, two = at(A + "001", "1号"), at(A + "002", "2号")
    at(B + "001", "3号")
    merge(A, B)
    assert Dwelling.objects.get(pk=one.pk).place_code == B + "002"
    assert Dwelling.objects.get(pk=two.pk).place_code == B + "003"
    assert area(B).valid_from == factories.LONG_AGO
    assert {step.code for step in tree.predecessors(area(B))} == {A}
    assert {step.code for step in tree.successors(Area.objects.get(code=A))} == {B}


def test_two_buildings_at_one_address_are_not_merged():
    at(A + "001", "1号")
    at(B + "001", "1号")
    with pytest.raises(Refused) as refusal:
        merge(A, B)
    assert "人民路" in str(refusal.value.message)
    assert area(A).valid_to is None
    assert Dwelling.objects.filter(place_code=A + "001").exists()


def test_nobody_is_given_the_rest_of_a_merged_community_unasked():
    make_user(QIAN)
    merge(A, B)
    assert Grant.objects.get().scope == A


def test_a_person_visible_to_both_merged_communities_stays_visible_once():
    person = factories.person()
    for code in (A + "000", B + "000"):
        factories.visible(of=person, code=code)
    merge(A, B)
    assert list(Visibility.objects.values_list("code", "why")) == [(B + "000", "registered")]


@pytest.mark.parametrize(("code", "into"), [(A, A), ("770101001000", A), (A, "770101001000")])
def test_only_two_areas_of_one_level_are_merged(code, into):
    with pytest.raises(Refused):
        merge(code, into)


def test_a_split_takes_the_chosen_grids_to_the_new_community():
    stays, goes, loose = at(A + "001", "1号"), at(A + "002", "2号"), at(A + "000", "3号")
    made = split(A, C, [Grid.objects.get(code=A + "002").pk]).area
    places = [Dwelling.objects.get(pk=row.pk).place_code for row in (stays, goes, loose)]
    assert places == [A + "001", C + "002", A + "000"]
    assert (made.code, made.valid_from) == (C, ON)
    assert {(step.kind, step.code) for step in tree.predecessors(made)} == {("split", A)}
    assert {step.code for step in tree.successors(area(A))} == {C}


def test_a_grid_that_is_named_after_its_community_goes_on_under_the_name_of_the_new_one():
    grids = [
        factories.grid(code=A + code, name=name) for code, name in (("002", "河沿社区第2网格"), ("003", "沿河学校"))
    ]
    outcome = split(A, C, [grid.pk for grid in grids], name="柳溪社区")
    assert [name for name, _old, _new in outcome.grids] == ["河沿社区第2网格 → 柳溪社区第2网格", "沿河学校"]
    assert Grid.objects.get(code=C + "002", valid_to=None).name == "柳溪社区第2网格"
    assert Grid.objects.get(code=A + "002").name == "河沿社区第2网格"


def test_a_merged_grid_that_is_named_after_its_number_gets_the_new_number():
    factories.grid(code=A + "001", name="河沿社区第1网格")
    factories.grid(code=B + "001", name=area(B).name + "第1网格")
    merge(A, B)
    assert Grid.objects.get(code=B + "002", valid_to=None).name == area(B).name + "第2网格"


def test_a_split_needs_grids_of_this_community():
    elsewhere = factories.grid(code=B + "001")
    for grids in ([], [elsewhere.pk], [factories.unknown_id()]):
        with pytest.raises(Refused) as refusal:
            split(A, C, grids)
        assert refusal.value.field == "parts"


def test_changes_of_a_day_to_come_or_before_the_beginning_are_refused():
    for on in (TODAY + dt.timedelta(days=1), factories.LONG_AGO):
        with pytest.raises(Refused) as refusal:
            recode(A, C, on)
        assert refusal.value.field == "on"


def test_who_does_not_keep_areas_changes_nothing():
    with pytest.raises(NotAllowed):
        actions.rename_area(actor=qian_viewer(), area_id=area(A).pk, on=ON, name="滨河社区", today=TODAY)


def figures(day, *codes):
    return [tree.dwellings_on(sun_viewer(), day, codes)[code] for code in codes]


def test_a_figure_for_a_past_day_uses_the_areas_of_that_day():
    for plate, code in enumerate([A + "001", A + "002", A + "002", B + "001", B + "001", B + "001"]):
        at(code, f"{plate + 1}号")
    split(A, C, [Grid.objects.get(code=A + "002").pk])
    assert figures(ON, A, B, C) == [1, 3, 2]
    assert figures(BEFORE, A, B) == [3, 3]
    later = ON + dt.timedelta(days=30)
    recode(C, "770101001009", later)
    assert figures(later, A, "770101001009") == [1, 2]
    assert figures(ON, A, C) == [1, 2]
    assert figures(BEFORE, A, B, "770101001000") == [3, 3, 6]


def test_what_was_apart_before_a_merge_is_not_told_apart_again():
    at(A + "001", "1号"), at(B + "001", "2号")
    merge(A, B)
    assert figures(ON, B) == [2]
    assert figures(BEFORE, A, B, "770101001000", "770101000000") == [None, None, 2, 2]


def change(kind, old, new, day):
    return AreaChange(kind=kind, from_code=old, to_code=new, on=dt.date(2024, 1, 1) + dt.timedelta(days=day))


@given(st.permutations(["a", "b", "c", "d"]), st.integers(1, 4))
def test_recodes_alone_never_lose_an_area(names, count):
    later = [change("recode", old, old.upper(), day) for day, old in enumerate(names[:count])]
    now = tree.codes_today(set(names), later)
    assert now is not None
    assert {code.lower() for code in now} == set(names)
    assert len(now) == len(names)


def test_codes_exchanged_on_one_day_are_exchanged():
    later = [change("recode", "a", "b", 1), change("recode", "b", "a", 1)]
    assert tree.codes_today({"a"}, later) == {"b"}
    assert tree.codes_today({"b"}, later) == {"a"}


def township(code):
    return Area.objects.create(
        code=code, name="新街道", level=Area.Level.TOWNSHIP, valid_from=factories.LONG_AGO
    )  # fmt: skip


def test_a_township_is_split_by_its_communities():
    goes, stays = factories.family(at=at(A + "001", "1号")), at(B + "001", "2号")
    make_user(QIAN), make_user(ZHAO)
    outcome = split("770101001000", "770101002000", [area(A).pk], name="新街道")
    new = "770101002001"
    assert outcome.area.code == "770101002000"
    assert Dwelling.objects.get(pk=goes.dwelling_id).place_code == new + "001"
    assert Building.objects.get(pk=goes.dwelling.building_id).community_code == new
    assert Dwelling.objects.get(pk=stays.pk).place_code == B + "001"
    assert area(new).name == "河沿社区"
    assert set(Grant.objects.values_list("scope", flat=True)) == {new, new + "001"}
    assert {step.code for step in tree.successors(area("770101001000"))} == {"770101002000"}
    assert figures(ON, "770101001000", "770101002000") == [1, 1]
    assert figures(BEFORE, "770101001000", A, B) == [2, 1, 1]


def test_not_every_community_leaves_a_township():
    with pytest.raises(Refused) as refusal:
        split("770101001000", "770101002000", [area(A).pk, area(B).pk])
    assert refusal.value.field == "parts"


def test_merged_townships_keep_their_communities_apart():
    township("770101002000")
    Area.objects.create(code="770101002001", name="东社区", level=5, valid_from=factories.LONG_AGO)
    one, two = at(A + "001", "1号"), at("770101002001000", "1号")
    merge("770101002000", "770101001000")
    assert Dwelling.objects.get(pk=one.pk).place_code == A + "001"
    assert Dwelling.objects.get(pk=two.pk).place_code == C + "000"
    assert area(C).name == "东社区"
    assert {step.code for step in tree.successors(Area.objects.get(code="770101002000"))} == {"770101001000"}
    assert figures(BEFORE, "770101002000", "770101001000") == [1, 1]


def test_who_works_a_grid_works_it_under_its_new_code_and_waiting_proposals_go_along():
    make_user(ZHAO)
    grant = Grant.objects.get()
    factories.grid(code=grant.scope)
    waiting = Proposal.objects.create(
        action="x", subject_kind="person", subject_id=factories.unknown_id(), place_code=grant.scope, level="community",
        arguments=b"sealed", proposed_by=factories.unknown_id(), proposed_at=timezone.now(),
    )  # fmt: skip
    split(A, C, [Grid.objects.get(code=grant.scope).pk])
    assert Grant.objects.get().scope == C + grant.scope[12:]
    waiting.refresh_from_db()
    assert waiting.place_code == C + grant.scope[12:]


def test_what_follows_is_shown_and_nothing_is_changed():
    household = factories.family(at=at(A + "001", "1号"))
    rows = [Area, Grid, AreaChange, Change]
    before = [model.objects.count() for model in rows]
    outcome = actions.preview(
        actions.recode_area, actor=sun_viewer(), area_id=area(A).pk, on=ON, code=C, today=TODAY
    )  # fmt: skip
    living = household.members.count()
    assert {("residents", living, living), ("dwellings", 1, 1)} <= set(outcome.tally)
    assert (A + "001", C + "001") in {(old, new) for _name, old, new in outcome.grids}
    assert [model.objects.count() for model in rows] == before
    assert Dwelling.objects.get().place_code == A + "001"


def test_the_proof_stands_in_the_log_of_changes():
    factories.family(at=at(A + "001", "1号"))
    recode(A, C)
    change = Change.objects.latest("id")
    (proof,) = [entry[3] for entry in orjson.loads(change.values) if entry[2] == "proof"]
    assert proof["dwellings"] == [1, 1]
    assert proof["residents"][0] == proof["residents"][1] > 0


@pytest.mark.parametrize("forgotten", [Building, Dwelling, Visibility])
def test_what_an_app_leaves_behind_stops_the_change(monkeypatch, forgotten):
    factories.family(at=at(A + "001", "1号"))
    rewrite = Recoding.rewrite

    def forget(self, model, column, **options):
        return 0 if model is forgotten else rewrite(self, model, column, **options)

    monkeypatch.setattr(Recoding, "rewrite", forget)
    with pytest.raises(Refused):
        recode(A, C)
    assert area(A).valid_to is None
    assert set(Dwelling.objects.values_list("place_code", flat=True)) == {A + "001"}


def test_the_number_of_statements_grows_neither_with_people_nor_with_grids():
    def statements(new, old):
        with CaptureQueriesContext(connection) as captured:
            recode(old, new, ON + dt.timedelta(days=int(new[9:])))
        return len(captured)

    factories.family(at=at(A + "001", "1号"))
    few = statements("770101001011", A)
    for serial in range(100, 140):
        factories.grid(code=f"770101001011{serial}")
        factories.family(at=at(f"770101001011{serial}", f"{serial}号"))
    GridStaff.objects.bulk_create(
        GridStaff(grid=grid, duty="worker", name="赵", valid_from=ON) for grid in Grid.objects.filter(valid_to=None)
    )
    Grid.objects.filter(valid_to=None).update(valid_from=factories.LONG_AGO)
    assert statements("770101001012", "770101001011") == few
