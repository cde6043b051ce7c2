import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.codes import areas
from domicile.core.codes.areas import AreaError, code_range, parse_area_code, parse_place_code, place_code

digits = st.text(alphabet="0123456789", min_size=1, max_size=15)


def test_levels_parents_and_kinds_of_a_village() -> None:
    village = parse_area_code("770101001201")

    assert (village.level, village.kind) == ("village", "village_committee")
    chain = []
    area: areas.AreaCode | None = village
    while area is not None:
        chain.append((area.level, area.prefix))
        area = area.parent
    assert chain == [
        ("village", "770101001201"),
        ("township", "770101001"),
        ("county", "770101"),
        ("prefecture", "7701"),
        ("province", "77"),
    ]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("770101001", "street_office"),
        ("770101100", "town"),
        ("770101200", "township"),
        ("770101400", "quasi_township"),
        ("770101001001", "neighbourhood_committee"),
        ("770101001498", "quasi_neighbourhood_committee"),
        ("770101001598", "quasi_village_committee"),
        ("77", "province"),
    ],
)
def test_kinds_follow_the_ranges(code: str, kind: str) -> None:
    assert parse_area_code(code).kind == kind
    assert kind in areas.KIND_NAMES


@pytest.mark.parametrize("text", ["", "7", "77010100100", "77010A", "000101001001", "770101000001", "7701010010011"])
def test_what_is_no_area_is_refused_by_name(text: str) -> None:
    with pytest.raises(AreaError, match="'"):
        parse_area_code(text)


@given(digits, digits)
def test_a_range_holds_exactly_the_codes_with_its_prefix(prefix: str, code: str) -> None:
    assert code_range(prefix).holds(code) == code.startswith(prefix)
    assert code_range(prefix).holds(prefix + code)


def test_ranges_end_at_the_next_code_also_at_nines() -> None:
    assert code_range("440306") == ("440306", "440307")
    assert code_range("0999") == ("0999", "1000")
    assert code_range("99") == ("99", None)


def test_place_codes_are_grids_or_no_grid_and_come_apart_again() -> None:
    assert place_code("770101001001", 7) == "770101001001007"
    assert place_code("770101001001", "12") == "770101001001012"
    assert place_code("770101001001", None) == "770101001001000"
    assert parse_place_code("770101001001007")[1] == "007"
    assert parse_place_code("770101001001000") == (parse_area_code("770101001001"), None)


@pytest.mark.parametrize(
    ("community", "serial"),
    [("770101001000", 1), ("770101001", 1), ("770101001001", 0), ("770101001001", 1000), ("770101001001", "x")],
)
def test_places_outside_a_community_or_numbering_are_refused(community: str, serial: int | str) -> None:
    with pytest.raises(AreaError):
        place_code(community, serial)


def test_an_area_knows_the_areas_that_hold_it() -> None:
    village = parse_area_code("770101001001")

    assert village.at("county").code == "770101000000"
    assert village.at("township").range.holds("770101001001007")
    with pytest.raises(AreaError):
        village.at("county").at("village")
