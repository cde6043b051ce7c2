"""The listing by screen: an enumerator walks from the area to the door, and nobody from elsewhere follows."""

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.access.models import Look, Seen
from domicile.apps.census.frame.models import Building
from domicile.apps.census.listing.models import Dwelling, Household
from domicile.apps.census.tests.making import (
    ENUMERATOR,
    OFFICE,
    STRANGER,
    make_building,
    make_census,
    make_dwelling,
    make_household,
)
from domicile.apps.vault import sealing
from tests.cast import GRID, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def test_an_enumerator_lists_a_door_and_the_household_behind_it(client: Client) -> None:
    building = make_building(make_census())
    sign_in(client, ENUMERATOR)
    page = reverse("census:listed_building", args=[building.pk])
    assert reverse("census:add_dwelling", args=[building.pk]) in client.get(page).text
    answer = client.post(
        reverse("census:add_dwelling", args=[building.pk]), {"number": "101", "use": "lived_in", "channel": "ordinary"}
    )
    dwelling = Dwelling.objects.get()
    assert answer["Location"] == reverse("census:add_household", args=[dwelling.pk])
    told = {"head_name": "林家主", "expected": "4", "phone": "13800000000", "absence": "some", "back_on": "2030-11-20"}
    assert client.post(answer["Location"], told)["Location"] == page
    household = Household.objects.get()
    assert (household.serial, household.expected, household.absence) == (1, 4, "some")
    shown = client.get(page).text
    assert "林家主" in shown
    assert "13800000000" in shown


def test_every_look_at_names_is_in_the_log_with_its_purpose(client: Client) -> None:
    household = make_household()
    sign_in(client, ENUMERATOR)
    client.get(reverse("census:listed_building", args=[household.dwelling.building_id]))
    look = Look.objects.get(question="listing")
    assert (look.purpose, look.user_id) == ("enumeration", ENUMERATOR.id)
    assert Seen.objects.filter(look=look, person_id=household.pk).exists()


def test_a_building_that_the_frame_lacks_is_listed_with_a_number_of_its_own(client: Client) -> None:
    census = make_census()
    make_building(census, number="L1")
    sign_in(client, ENUMERATOR)
    address = reverse("census:add_place", args=["c2030", GRID])
    answer = client.post(address, {"address": "安禾桥下"})
    made = Building.objects.get(address="安禾桥下")
    assert answer["Location"] == reverse("census:listed_building", args=[made.pk])
    assert (made.number, made.place_code, made.dwellings, made.expected) == ("L2", GRID, 0, 0)
    assert client.post(address, {"address": "安禾桥下"}).status_code == 422
    told = {"number": "1", "use": "other", "channel": "no_home"}
    client.post(reverse("census:add_dwelling", args=[made.pk]), told)
    assert Dwelling.objects.get().channel == "no_home"
    client.post(address, {"address": "弄错了"})
    (done,) = client.get(reverse("census:listed_building", args=[Building.objects.get(address="弄错了").pk])).context[
        "history"
    ]
    assert client.post(reverse("census:undo_listing", args=[done.change.pk]))["Location"] == reverse("census:censuses")
    assert not Building.objects.filter(address="弄错了").exists()


def test_whoever_works_elsewhere_sees_and_changes_nothing(client: Client) -> None:
    household = make_household()
    sign_in(client, STRANGER)
    dwelling, building = household.dwelling, household.dwelling.building
    addresses = [
        reverse("census:listed_building", args=[building.pk]),
        reverse("census:add_dwelling", args=[building.pk]),
        reverse("census:change_dwelling", args=[dwelling.pk]),
        reverse("census:add_household", args=[dwelling.pk]),
        *(reverse(f"census:{name}", args=[household.pk]) for name in ("change_household", "split_household", "end_household")),
        *(reverse(f"census:{name}", args=["c2030", GRID]) for name in ("listed_area", "listing_book", "import_listing")),
        reverse("census:household", args=[household.pk]),
    ]  # fmt: skip
    assert {client.get(address).status_code for address in addresses} == {403}
    assert client.post(reverse("census:put_back", args=[household.pk])).status_code == 403


def test_a_household_is_split_taken_off_put_back_and_what_was_done_is_undone(client: Client) -> None:
    household = make_household()
    sign_in(client, ENUMERATOR)
    page = reverse("census:listed_building", args=[household.dwelling.building_id])
    client.post(reverse("census:split_household", args=[household.pk]), {"head_name": "林次子", "expected": "2"})
    part = Household.objects.get(split_from=household)
    assert sealing.open_value(part, "head_name") == "林次子"
    client.post(reverse("census:end_household", args=[part.pk]), {"why": "moved"})
    part.refresh_from_db()
    assert part.ended == "moved"
    client.post(reverse("census:put_back", args=[part.pk]))
    part.refresh_from_db()
    assert part.ended == ""
    client.post(reverse("census:check_listing", args=[household.dwelling.building_id]))
    household.refresh_from_db()
    assert household.checked_on is not None
    assert "林次子" in client.get(page).text


@pytest.mark.parametrize("weight", [None, "9.5"])
def test_a_split_of_a_household_of_the_sample_is_undone_in_one_step(client: Client, weight: str | None) -> None:
    household = make_household()
    Household.objects.filter(pk=household.pk).update(form="long", weight=weight)
    sign_in(client, ENUMERATOR)
    client.post(reverse("census:split_household", args=[household.pk]), {"head_name": "林次子", "expected": "2"})
    part = Household.objects.get(split_from=household)
    assert (part.form, str(part.weight)) == ("long", "9.500000" if weight else "1.000000")
    shown = client.get(reverse("census:listed_building", args=[household.dwelling.building_id]))
    (split,) = (done for done in shown.context["history"] if done.change.action == "census.split_household")
    client.post(reverse("census:undo_listing", args=[split.change.pk]))
    assert not Household.objects.filter(split_from=household).exists()


def test_a_change_of_the_listing_is_undone_from_the_page_of_the_building(client: Client) -> None:
    building = make_building(make_census())
    sign_in(client, ENUMERATOR)
    client.post(
        reverse("census:add_dwelling", args=[building.pk]), {"number": "101", "use": "empty", "channel": "ordinary"}
    )
    shown = client.get(reverse("census:listed_building", args=[building.pk]))
    (done,) = shown.context["history"]
    answer = client.post(reverse("census:undo_listing", args=[done.change.pk]))
    assert answer["Location"] == reverse("census:listed_building", args=[building.pk])
    assert not Dwelling.objects.exists()


def test_what_is_wrong_is_told_at_its_field_with_all_that_was_typed(client: Client) -> None:
    dwelling = make_dwelling(make_building(make_census()))
    sign_in(client, ENUMERATOR)
    again = client.post(
        reverse("census:add_dwelling", args=[dwelling.building_id]),
        {"number": dwelling.number, "use": "lived_in", "channel": "ordinary"},
    )
    assert again.status_code == 422
    assert "number" in again.context["form"].errors


def test_areas_and_buildings_tell_what_was_found_beside_what_was_expected(client: Client) -> None:
    census = make_census()
    building = make_building(census, dwellings=3, expected=12)
    make_building(census, number="B2")
    make_household(make_dwelling(building), expected=2)
    sign_in(client, OFFICE)
    areas = client.get(reverse("census:listing", args=["c2030"]))
    assert reverse("census:listed_area", args=["c2030", GRID]) in areas.text
    asked = client.get(reverse("census:listed_area", args=["c2030", GRID])).context["questions"]
    assert [(one.building.number, one.kind) for one in asked] == [
        ("B1", "fewer"),
        ("B1", "people"),
        ("B2", "not_listed"),
    ]


def test_an_area_takes_a_bounded_number_of_queries(client: Client, django_assert_max_num_queries: object) -> None:
    census = make_census()
    for number in range(12):
        make_household(make_dwelling(make_building(census, number=f"B{number}")))
    sign_in(client, OFFICE)
    client.get(reverse("census:listing", args=["c2030"]))
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        client.get(reverse("census:listed_area", args=["c2030", GRID]))


def test_the_listing_book_is_printed(client: Client) -> None:
    make_household()
    sign_in(client, ENUMERATOR)
    printed = client.get(reverse("census:listing_book", args=["c2030", GRID]))
    assert printed.content.startswith(b"%PDF")
    assert Look.objects.filter(question="listing_book").exists()
