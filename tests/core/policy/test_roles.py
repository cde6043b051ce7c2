from datetime import date
from typing import Any

import pytest

from domicile.core.policy import PolicyError
from domicile.core.policy.roles import matrix, read_editions

MATRIX = matrix(date(2026, 11, 22))
ALL_ROLES = sorted(MATRIX.roles)


def everything(role: str) -> frozenset[str]:
    return frozenset().union(*(MATRIX.permissions(role, purpose) for purpose in ("", *MATRIX.purposes(role))))


def test_all_duties_have_a_role() -> None:
    assert set(ALL_ROLES) == {
        "grid_worker",
        "group_coordinator",
        "community_officer",
        "township_operator",
        "county_operator",
        "statistician",
        "inspector",
        "query_clerk",
        "resident",
        "administrator",
        "supervisor",
    }


@pytest.mark.parametrize("role", ["statistician", "inspector", "administrator", "supervisor"])
def test_who_needs_no_person_reads_no_person(role: str) -> None:
    exposing = {key for key, permission in MATRIX.known_permissions.items() if permission.shows_person}

    assert "view_person" in exposing
    assert not everything(role) & exposing
    assert "search" not in everything(role)


@pytest.mark.parametrize(
    "role", ["inspector", "grid_worker", "group_coordinator", "query_clerk", "statistician", "administrator"]
)
def test_full_numbers_stay_hidden_from_who_does_not_keep_the_register(role: str) -> None:
    assert "view_number_full" not in everything(role)


@pytest.mark.parametrize("role", ALL_ROLES)
def test_nobody_may_do_everything(role: str) -> None:
    assert everything(role) < set(MATRIX.known_permissions)


@pytest.mark.parametrize("role", ALL_ROLES)
def test_nobody_both_manages_accounts_and_changes_people(role: str) -> None:
    granted = everything(role)

    assert not (
        {"manage_accounts", "grant_access"} & granted and {"apply_change", "propose_change", "import"} & granted
    )


@pytest.mark.parametrize("role", ALL_ROLES)
def test_nobody_who_reads_people_reads_the_log_of_who_read_them(role: str) -> None:
    granted = everything(role)

    assert not ("view_access_log" in granted and "view_person" in granted)


@pytest.mark.parametrize("role", ALL_ROLES)
def test_without_a_purpose_no_person_is_shown_or_found(role: str) -> None:
    standing = MATRIX.permissions(role)

    assert not any(MATRIX.known_permissions[key].shows_person for key in standing)
    assert "search" not in standing


def test_what_is_not_written_is_refused() -> None:
    assert MATRIX.permissions("nobody", "door_visit") == frozenset()
    assert MATRIX.purposes("nobody") == ()
    assert not MATRIX.may("grid_worker", "statistics", "view_statistics")
    assert not MATRIX.may("grid_worker", "door_visit", "fly")
    with pytest.raises(PolicyError):
        matrix(date(1999, 1, 1))


def test_a_grid_worker_holds_a_grid_and_proposes_only() -> None:
    role = MATRIX.roles["grid_worker"]

    assert role.may_hold("770101001001001")
    assert not role.may_hold("770101001001")
    assert "propose_change" in everything("grid_worker")
    assert "apply_change" not in everything("grid_worker")


@pytest.mark.parametrize("purpose", MATRIX.known_purposes.values(), ids=lambda purpose: purpose.key)
def test_purposes_are_named_explained_and_end(purpose: Any) -> None:
    for label in (purpose.label, purpose.explanation):
        assert label.zh
        assert label.en
    assert 0 < purpose.minutes <= 480


def edition(**changes: Any) -> dict[str, Any]:
    role = {"zh": "员", "en": "Clerk", "scopes": ["county"], "standing": [], "purposes": {"visit": ["look"]}} | changes
    return {
        "permissions": {"look": {"zh": "看", "en": "Look", "person": True}},
        "purposes": {"visit": {"zh": "访", "en": "Visit", "minutes": 5, "explain_zh": "访", "explain_en": "Visit"}},
        "editions": [{"from": date(2020, 1, 1), "reference": "test", "roles": {"clerk": role}}],
    }


def test_a_file_that_names_unknown_purposes_or_gives_people_without_one_is_refused() -> None:
    assert read_editions(edition())[0].may("clerk", "visit", "look")
    with pytest.raises(PolicyError, match="jump"):
        read_editions(edition(purposes={"visit": ["jump"]}))
    with pytest.raises(PolicyError, match="gossip"):
        read_editions(edition(purposes={"gossip": ["look"]}))
    with pytest.raises(PolicyError, match="without a purpose"):
        read_editions(edition(standing=["look"]))
