"""An area sets which levels a change passes, one after the other; nothing enters the register around them."""

import ast
import datetime as dt
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from domicile.apps.audit.models import Change
from domicile.apps.collect import actions as review
from domicile.apps.collect import policies, registry, rules
from domicile.apps.collect.models import Decision, Proposal, ReviewRule
from domicile.apps.collect.review import queue
from domicile.apps.collect.tests.reviewers import FENG, GU, MA, MOVED, left_on, moved_out
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.people import actions
from domicile.apps.people.models import Household, Person, Spell
from tests import factories
from tests.cast import COMMUNITY, COUNTY, GRID, LI, QIAN, SUN, TOWNSHIP, ZHAO, Actor, sun_viewer, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
THREE = ("grid", "community", "township")


def set_levels(*levels: str, scope: str = COMMUNITY, action: str = "") -> None:
    rules.set_rule(actor=sun_viewer(), scope=scope, action=action, needs_review=True, levels=levels)


def accept(actor: Actor, proposal: Proposal) -> Proposal:
    return review.accept(actor=viewer(actor), proposal_id=proposal.pk)


def waits_for(actor: Actor) -> list[Proposal]:
    seen = viewer(actor)
    return queue.page(seen, queue.asked(seen, {})).rows


def test_three_levels_pass_it_one_after_the_other() -> None:
    set_levels(*THREE)
    proposal = moved_out()
    assert (proposal.level, proposal.later) == ("grid", "community township")
    for actor, level in ((GU, "community"), (QIAN, "township")):
        passed = accept(actor, proposal)
        assert (passed.state, passed.level) == ("waiting", level)
        assert left_on(proposal) is None
    assert accept(MA, proposal).state == "accepted"
    assert left_on(proposal) == MOVED
    words = Decision.objects.filter(proposal=proposal).order_by("version").values_list("verdict", "level", "by_name")
    assert list(words) == [
        ("passed", "grid", GU.real_name), ("passed", "community", QIAN.real_name), ("accepted", "township", MA.real_name),
    ]  # fmt: skip


def test_nobody_passes_two_levels_and_no_narrower_office_decides_for_a_wider() -> None:
    set_levels(*THREE)
    proposal = moved_out()
    assert [row.pk for row in waits_for(QIAN)] == [proposal.pk]
    accept(QIAN, proposal)  # a wider office may stand in for the group
    assert waits_for(QIAN) == []
    for actor in (QIAN, GU, ZHAO, LI):
        with pytest.raises(NotAllowed):
            accept(actor, proposal)
    assert [row.pk for row in waits_for(FENG)] == [proposal.pk]
    accept(FENG, proposal)
    assert waits_for(FENG) == []
    assert left_on(proposal) is None
    accept(MA, proposal)
    assert left_on(proposal) == MOVED


def test_a_change_of_a_higher_office_goes_there_last() -> None:
    set_levels("community")
    over = policies.rules_over(GRID)
    assert policies.way(over, "people.correct_name", "county") == ("community", "county")
    assert policies.way(over, "people.end_stay", "grid") == ("community",)
    assert policies.way([], "people.end_stay", "grid") == ("grid",)


def test_an_offices_own_change_passes_the_levels_above_it() -> None:
    spell = Spell.objects.get(person=factories.family(registered=False).members.get(relation="20").person)
    values = {
        "action": "people.end_stay", "subject": review.Subject("person", spell.person_id, GRID),
        "arguments": actions.EndStay(spell.pk, MOVED), "reason": "moved away",
    }  # fmt: skip
    set_levels(*THREE)
    outcome = review.submit(actor=viewer(QIAN), **values)
    assert outcome.proposal is not None
    assert (outcome.proposal.level, outcome.proposal.later) == ("township", "")
    assert not review.submit(actor=viewer(MA), **values).waiting


def test_a_returned_change_passes_all_levels_anew() -> None:
    set_levels("grid", "community")
    proposal = moved_out()
    accept(GU, proposal)
    review.send_back(actor=viewer(QIAN), proposal_id=proposal.pk, note="which day?")
    sent = review.send_again(actor=viewer(ZHAO), proposal_id=proposal.pk, values={"end": "2026-05-02"})
    assert (sent.state, sent.level, sent.later) == ("waiting", "grid", "community")
    assert [row.pk for row in waits_for(GU)] == [proposal.pk]
    accept(GU, proposal)
    accept(QIAN, proposal)
    assert left_on(proposal) == dt.date(2026, 5, 2)


def test_a_change_that_can_no_longer_be_made_is_not_passed_on() -> None:
    set_levels("grid", "community")
    proposal = moved_out()
    Spell.objects.filter(person_id=proposal.subject_id).update(end=dt.date(2026, 4, 1))
    with pytest.raises(Refused):
        accept(GU, proposal)
    proposal.refresh_from_db()
    assert (proposal.level, proposal.version) == ("grid", 1)


def test_levels_are_those_that_there_are_and_only_where_something_waits() -> None:
    with pytest.raises(Refused):
        rules.set_rule(actor=sun_viewer(), scope=GRID, action="", needs_review=False, levels=["community"])
    for faulty in ({"levels": "township grid"}, {"levels": "grid", "needs_review": False}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReviewRule.objects.create(scope=GRID, **faulty)


def test_what_holds_tells_the_levels() -> None:
    set_levels(*THREE, scope=TOWNSHIP)
    told = [str(one.sentence) for one in rules.holding(COMMUNITY)]
    assert any("→" in sentence for sentence in told)
    assert sum(len(one.kinds) for one in rules.holding(COMMUNITY)) == len(registry.handlers())


@pytest.mark.parametrize("levels", [(), ("community",), THREE])
def test_no_kind_of_change_enters_around_the_review_until_the_area_says_so(levels: tuple[str, ...]) -> None:
    if levels:
        set_levels(*levels, scope=COUNTY)
    every = [(handler.name, handler.level()) for handler in registry.handlers()]
    for actor in (ZHAO, GU, LI):
        assert not any(policies.takes_effect_at_once(viewer(actor), GRID, name, level) for name, level in every)
    rules.set_rule(actor=viewer(SUN), scope=COMMUNITY, action="", needs_review=False)
    at_once = {name for name, level in every if policies.takes_effect_at_once(viewer(ZHAO), GRID, name, level)}
    assert at_once == {name for name, level in every if level == "grid"}
    assert not any(policies.takes_effect_at_once(viewer(LI), GRID, name, level) for name, level in every)


def test_what_waits_has_changed_nothing_but_what_waits() -> None:
    household = factories.family(registered=False)
    before = [list(model.objects.order_by("pk").values()) for model in (Person, Household, Spell)]
    proposal = moved_out(household)
    assert [list(model.objects.order_by("pk").values()) for model in (Person, Household, Spell)] == before
    assert list(Change.objects.values_list("action", flat=True)) == ["collect.propose"]
    review.send_back(actor=viewer(QIAN), proposal_id=proposal.pk, note="no")
    assert [list(model.objects.order_by("pk").values()) for model in (Person, Household, Spell)] == before


def test_changes_are_made_in_these_places_only_each_of_which_asks_first() -> None:
    apps = Path(review.__file__).parents[1]
    applying = {
        path.relative_to(apps).as_posix()
        for path in apps.rglob("*.py")
        if "tests" not in path.parts and any(map(_applies, ast.walk(ast.parse(path.read_text("utf-8")))))
    }
    assert applying == {
        "collect/actions.py", "collect/drafts.py", "collect/openrosa/receipts.py", "collect/review/deciding.py",
    }  # fmt: skip


def _applies(node: ast.AST) -> bool:
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "apply"
    return called and any(keyword.arg == "actor" for keyword in node.keywords)  # type: ignore[attr-defined]
