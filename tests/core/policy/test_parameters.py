from datetime import date

import pytest

from domicile.core.policy import Parameter, PolicyError, describe, parameter, parameter_names
from domicile.core.policy.corrections import correction_level, evidence_needed, scope_level

TODAY = date(2026, 11, 22)


def test_a_value_holds_from_its_start_until_the_next_and_null_ends_it() -> None:
    rule = Parameter("group.rule", "a rule", "days", "a source", ((date(2010, 1, 1), 7), (date(2020, 1, 1), None)))

    assert rule.on(date(2010, 1, 1)) == 7
    assert rule.on(date(2019, 12, 31)) == 7
    with pytest.raises(PolicyError, match=r"group\.yaml"):
        rule.on(date(2020, 1, 1))
    with pytest.raises(PolicyError, match="2009-12-31"):
        rule.on(date(2009, 12, 31))


@pytest.mark.parametrize("name", parameter_names())
def test_every_rule_says_what_it_is_and_whence_and_holds_today(name: str) -> None:
    rule = describe(name)

    assert rule.description
    assert rule.unit
    assert rule.reference
    assert rule.on(TODAY) is not None


def test_unknown_rules_and_fields_are_refused() -> None:
    with pytest.raises(PolicyError):
        parameter("deadlines.never", TODAY)
    with pytest.raises(PolicyError, match=r"corrections\.yaml"):
        correction_level("shoe_size", TODAY)
    with pytest.raises(PolicyError):
        scope_level("77010")


def test_a_birth_date_needs_papers_and_education_needs_none() -> None:
    assert "birth_certificate" in evidence_needed("birth_date", TODAY)
    assert evidence_needed("education", TODAY) == ()


def test_values_cannot_be_changed_by_who_reads_them() -> None:
    with pytest.raises(TypeError):
        parameter("corrections.level", TODAY)["name"] = "grid"
