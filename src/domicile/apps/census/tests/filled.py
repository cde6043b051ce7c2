"""Filled forms for tests: sound ones, as a household would send them."""

from typing import Any

MOMENT_MONTH = 11


def somebody(**more: Any) -> dict[str, Any]:
    """A person of 45 years, head of the household, who lives and is registered here."""
    return {
        "name": "林小明", "relation": 0, "sex": 1, "birth_year": 1985, "birth_month": 4, "ethnic": 1, "present": 1, "registered": 1,
        "away": 1, "education": 5, "literate": 1,
    } | more  # fmt: skip


def short(*people: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The content of a short form."""
    told = people or (somebody(),)
    return {
        "kind": 1, "present_count": len(told), "absent_count": 0, "births_male": 0, "births_female": 0, "deaths_male": 0,
        "deaths_female": 0, "dwelling": 1, "floor_area": 80, "rooms": 3, "persons": list(told),
    } | more  # fmt: skip
