"""Each rule against its own examples, and what no rule may ask."""

import datetime as dt

import pytest

from domicile.apps.quality import definitions
from domicile.core.editing import Case, Check, outcome

TODAY = dt.date(2026, 11, 1)
#: Section 0: no rule looks at where people come from, what they are, or how they move about.
NEVER = {"nationality", "ethnicity", "registered_from", "religion", "checkpoint", "ticket", "camera"}


def examples() -> list[tuple[Check, Case]]:
    return [(check, case) for check in definitions.checks() for case in check.cases]


@pytest.mark.parametrize(
    ("check", "case"), examples(), ids=lambda one: one.code if isinstance(one, Check) else one.outcome
)
def test_an_example_comes_to_what_it_says(check: Check, case: Case) -> None:
    assert outcome(check, definitions.model(), case.values, definitions.given(TODAY)) == case.outcome


@pytest.mark.parametrize("check", definitions.checks(), ids=lambda check: check.code)
def test_a_rule_shows_who_passes_who_fails_and_who_is_undecided(check: Check) -> None:
    shown = {case.outcome for case in check.cases}
    assert {"passes", "fails"} <= shown
    if "undecided" not in shown:  # it asks only whether something is missing, which is always known
        assert outcome(check, definitions.model(), {}, definitions.given(TODAY)) != "undecided"


def test_there_are_at_least_sixty_and_each_speaks_of_a_card() -> None:
    assert len(definitions.checks()) >= 60
    for check in definitions.checks():
        about = definitions.model().records[check.of].about
        assert set(about["card"]) <= {"person", "household", "dwelling"}, check.code
        assert about["stands_at"] in definitions.model().records[check.of].types(), check.code


def test_no_rule_can_ask_for_origin_or_ethnicity_or_travel() -> None:
    for name, record in definitions.model().records.items():
        assert not NEVER & set(record.types()), name
    for check in definitions.checks():
        said = check.explain.en + check.cure.en + check.explain.zh + check.cure.zh
        assert not any(word in said.lower() for word in ("suspicio", "fine ", "penalt", "可疑", "处罚", "罚款")), (
            check.code
        )


def test_every_parameter_of_the_rules_is_used_and_has_a_source() -> None:
    from domicile.core.editing.expressions import parameters_of
    from domicile.core.policy.parameters import describe

    used = set()
    for check in definitions.checks():
        used |= parameters_of(definitions.model().inlined(check.of, check.fails))
    assert used == set(definitions.given(TODAY))
    for name in used - {definitions.TODAY}:
        assert describe(definitions.GROUP + name).reference
