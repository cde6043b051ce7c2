"""Least data, checked: every stored field about a person names its use, and nothing that is refused has a place."""

import re
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

import domicile.apps
from domicile.core.policy.roles import CENSUS, matrix
from tests.cast import RULES_ON

REGISTER = yaml.safe_load((Path(domicile.apps.__path__[0]) / "stored_fields.yaml").read_text("utf-8"))
# Subjects that no field, address, permission, role or purpose may have: parts of words, so that no spelling slips by.
REFUSED = re.compile(
    r"ethnic|nationality_group|minzu|race\b|religio|faith|party|political|biometr|fingerprint|face_?(id|image|print)|iris"
    r"|dna\b|genetic|pregnan|abort|contracep|sterili|menstru|fertility_plan|birth_?quota|fine_amount|penalt"
    r"|risk_?score|threat|suspic|watch_?list|wanted|blacklist|key_?person|stabil|petition|social_?credit"
    r"|trajector|checkpoint|travel|ticket|camera|licen[cs]e_plate|gps|informant_reward|loyalty|caste",
    re.IGNORECASE,
)


def stored() -> dict[str, list[str]]:
    return {
        model._meta.label_lower: [field.attname for field in model._meta.concrete_fields]
        for model in apps.get_models()
        if model.__module__.startswith("domicile.apps.")
    }


def unlisted(fields: dict[str, list[str]]) -> list[str]:
    """Stored fields that the register of fields does not name."""
    free = REGISTER["about_no_person"]
    return [
        f"{model}.{name}"
        for model, names in fields.items()
        if model not in free
        for name in names
        if name not in REGISTER["fields"].get(model, {})
    ]


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> list[str]:
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        found += addresses(entry, path) if isinstance(entry, URLResolver) else [path]
        if isinstance(entry, URLPattern) and entry.name:
            found.append(entry.name)
    return found


def test_every_stored_field_about_a_person_is_in_the_register_of_fields() -> None:
    assert unlisted(stored()) == []


def test_an_unlisted_field_is_caught() -> None:
    fields = stored()
    fields["people.person"] = [*fields["people.person"], "blood_type"]
    fields["people.hobby"] = ["id", "person_id"]
    assert unlisted(fields) == ["people.person.blood_type", "people.hobby.id", "people.hobby.person_id"]


def test_the_register_of_fields_names_nothing_that_is_gone() -> None:
    fields = stored()
    gone = [
        f"{model}.{name}"
        for model, names in REGISTER["fields"].items()
        for name in names
        if name not in fields.get(model, [])
    ]
    gone += [model for model in REGISTER["about_no_person"] if model not in fields]
    assert gone == []


def test_every_use_is_a_stated_service_or_statistic() -> None:
    uses = {use for names in REGISTER["fields"].values() for use in names.values()}
    assert uses == set(REGISTER["uses"])
    assert all({"zh", "en"} == set(text) for text in REGISTER["uses"].values())


def test_nothing_refused_is_stored_named_or_allowed() -> None:
    rules = matrix(RULES_ON)
    words = [f"{model}.{name}" for model, names in stored().items() for name in [*names, ""]]
    words += [*rules.known_permissions, *rules.known_purposes, *rules.roles, *addresses()]
    assert [word for word in words if REFUSED.search(word)] == []


@pytest.mark.parametrize(
    "name",
    ["ethnicity", "religion", "party_member", "fingerprint", "face_image", "pregnant_since", "contraception",
     "risk_score", "watchlist", "watch_list_alert", "suspicion", "travel_history", "birth_quota", "political_status"],
)  # fmt: skip
def test_a_refused_subject_is_recognised(name: str) -> None:
    assert REFUSED.search(name)


def test_no_role_of_the_register_reads_census_answers() -> None:
    """The other way is tests/census/test_roles.py."""
    showing = {name for name, one in matrix(RULES_ON, CENSUS).known_permissions.items() if one.shows_person}
    assert showing
    assert not showing & set(matrix(RULES_ON).known_permissions)
