"""A change of areas that was a mistake is taken back on the same day, with all that went along."""

import datetime as dt

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Grant
from domicile.apps.areas import actions, tree
from domicile.apps.areas.actions import undoing
from domicile.apps.areas.models import Area, AreaChange, Grid, GridStaff
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.people.models import Person, Visibility
from domicile.apps.places.models import Building, Dwelling
from tests import factories
from tests.cast import QIAN, SUN, ZHAO, make_user, qian_viewer, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])

A, B, C = "770101001001", "770101001002", "770101001003"
TOWNSHIP = "770101001000"
#: What is kept by area, as it must stand again; the log and what counts its rows are left out.
KEPT = (
    "areas.area", "areas.grid", "areas.areachange", "areas.gridstaff", "access.grant", "accounts.user", "places.building",
    "places.dwelling", "people.person", "people.visibility", "people.spell", "collect.proposal",
)  # fmt: skip


@pytest.fixture(autouse=True)
def county():
    """Two communities with people in grids and outside of them, some registered in the other one."""
    factories.area_tree()
    for number, code in enumerate((A + "001", A + "002", A + "000", B + "001", B + "000"), 1):
        factories.family(at=factories.dwelling(within=factories.building(place_code=code, plate=f"{number}号")))
    people = list(Person.objects.order_by("pk"))
    for place, person in enumerate(people):
        Person.objects.filter(pk=person.pk).update(registration="area", registered_code=(A, B)[place % 2])
        factories.visible(of=person, code=(A, B)[place % 2], why="registered")
    factories.visible(of=people[0], code=A + "000", why="left")
    factories.visible(of=people[0], code=B + "000", why="left")
    make_user(QIAN), make_user(ZHAO)
    GridStaff.objects.create(
        grid=Grid.objects.get(code=A + "001"), duty="worker", name="赵网格", valid_from=factories.LONG_AGO
    )


def stored():
    rows = {}
    for label in KEPT:
        for row in apps.get_model(label)._default_manager.values():
            row.pop("last_login", None)
            row.pop("id") if label == "people.visibility" else None
            rows.setdefault(label, []).append(sorted((name, str(value)) for name, value in row.items()))
    return {label: sorted(held) for label, held in rows.items()}


def area(code):
    return Area.objects.get(code=code, valid_to=None)


def today():
    return timezone.localdate()


def split(code=A, new=C, parts=(A + "002",), **more):
    rows = Grid.objects if len(parts[0]) == 15 else Area.objects
    chosen = [rows.get(code=part, valid_to=None).pk for part in parts]
    return actions.split_area(
        actor=sun_viewer(),
        area_id=area(code).pk,
        on=today(),
        code=new,
        name="新桥社区",
        parts=chosen,
        today=today(),
        **more,
    )


def merge(code=A, into=B, on=None):
    return actions.merge_area(
        actor=sun_viewer(), area_id=area(code).pk, into_id=area(into).pk, on=on or today(), today=today()
    )


def rename(code=A):
    return actions.rename_area(actor=sun_viewer(), area_id=area(code).pk, on=today(), name="滨河社区", today=today())


def recode(code=A, new=C):
    return actions.recode_area(actor=sun_viewer(), area_id=area(code).pk, on=today(), code=new, today=today())


def undo(change=None, day=None):
    undone = Change.objects.filter(action=undoing.UNDO).values_list("evidence", flat=True)
    rows = Change.objects.filter(action__in=undoing.ACTIONS).order_by("-id")
    latest = change or next(row for row in rows if undoing.evidence(row) not in undone)
    return actions.undo_area_change(actor=sun_viewer(), change_id=latest.pk, today=day or today())


def split_township():
    return split(TOWNSHIP, "770101002000", (A,))


@pytest.mark.parametrize(
    "mistake", [rename, recode, lambda: recode(TOWNSHIP, "770101100000"), split, split_township, merge]
)
def test_what_was_undone_stands_as_if_it_had_never_been(mistake):
    before = stored()
    mistake()
    assert stored() != before
    assert undo().valid_to is None
    assert stored() == before


def test_a_merge_of_townships_is_undone():
    Area.objects.create(code="770101002000", name="新街道", level=4, valid_from=factories.LONG_AGO)
    before = stored()
    merge(TOWNSHIP, "770101002000")
    undo()
    assert stored() == before


def test_who_came_into_the_other_community_since_stays_there_and_who_left_the_grid_is_not_called_back():
    merge()
    came = factories.dwelling(within=factories.building(place_code=B + "000", plate="77号"))
    inside = factories.dwelling(within=factories.building(place_code=B + "002", plate="78号"))
    Building.objects.filter(dwellings=inside).update(grid=Grid.objects.get(code=B + "002", valid_to=None))
    undo()
    assert Dwelling.objects.get(pk=came.pk).place_code == B + "000"
    found = Dwelling.objects.select_related("building").get(pk=inside.pk)
    assert (found.place_code, found.building.community_code) == (A + "001", A)
    assert found.building.grid == Grid.objects.get(code=A + "001", valid_to=None)


def test_after_the_undoing_it_can_be_recorded_rightly():
    split()
    undo()
    split(parts=(A + "001",))
    assert Grid.objects.filter(code=C + "001", valid_to=None).exists()
    assert Dwelling.objects.filter(place_code=A + "002").exists()
    merge_again = merge()
    assert merge_again.area.code == B
    undo()
    undo()
    assert set(Building.objects.values_list("community_code", flat=True)) == {A, B}


def test_the_later_change_goes_first():
    first = split()
    done = Change.objects.latest("id")
    actions.edit_grid(
        actor=sun_viewer(), grid_id=Grid.objects.get(code=A + "001").pk, name="一格", tier="small", valid_from=factories.LONG_AGO,
        today=today(),
    )  # fmt: skip
    merge(A, B)
    with pytest.raises(Refused):
        undo(done)
    undo()
    undo(done)
    assert not Area.objects.filter(pk=first.area.pk).exists()


def test_what_was_built_on_it_stops_the_undoing():
    made = split().area
    factories.grid(code=made.code + "009", name="新格")
    with pytest.raises(Refused) as refusal:
        undo()
    assert "新格" in str(refusal.value.message)
    Grid.objects.filter(code=made.code + "009").delete()
    Grid.objects.filter(code=made.code + "002").update(name="改了名")
    with pytest.raises(Refused):
        undo()
    assert area(made.code).name == "新桥社区"


def test_only_on_the_day_only_once_and_only_by_who_keeps_the_areas():
    rename()
    change = Change.objects.latest("id")
    with pytest.raises(Refused):
        undo(change, today() + dt.timedelta(days=1))
    with pytest.raises(NotAllowed):
        actions.undo_area_change(actor=qian_viewer(), change_id=change.pk, today=today())
    undo(change)
    with pytest.raises(Refused):
        undo(change)
    assert not AreaChange.objects.exists()


def test_a_new_community_is_not_merged_on_its_first_day_and_the_words_say_what_to_do():
    split()
    with pytest.raises(Refused) as refusal:
        merge(C, B)
    assert refusal.value.field == "on"
    assert today().isoformat() in str(refusal.value.message)


def test_figures_of_past_days_are_as_before():
    day = today() - dt.timedelta(days=1)
    before = tree.dwellings_on(sun_viewer(), day, [A, B])
    merge()
    assert tree.dwellings_on(sun_viewer(), day, [A])[A] is None
    undo()
    assert tree.dwellings_on(sun_viewer(), day, [A, B]) == before
    assert Visibility.objects.filter(code=A + "000", why="left").exists()
    assert {grant.scope for grant in Grant.objects.all()} == {A, A + "001"}


@pytest.mark.parametrize("code", [A, C])
def test_the_card_offers_it_and_the_page_does_it(client, code):
    split()
    sign_in(client, SUN)
    url = reverse("areas:undo_change", args=[Change.objects.latest("id").pk])
    assert url in client.get(reverse("areas:area", args=[area(code).pk])).content.decode()
    assert "河沿社区" in client.get(url).content.decode()
    answer = client.post(url, {"reason": "登错了"})
    assert answer["Location"] == reverse("areas:area", args=[area(A).pk])
    assert not Area.objects.filter(code=C).exists()
    page = client.get(answer["Location"]).content.decode()
    assert url not in page
    assert client.post(url, {"reason": ""}).status_code == 422
