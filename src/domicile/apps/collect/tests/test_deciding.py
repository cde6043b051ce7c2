"""Accept, return, correct, send again, undo: one by one and many at once; nobody's word gets lost."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction

from domicile.apps.audit.models import Change
from domicile.apps.collect import actions as review
from domicile.apps.collect import registry
from domicile.apps.collect.models import Decision, Proposal
from domicile.apps.collect.review.batches import Chosen, decide_many
from domicile.apps.collect.review.parts import corrected
from domicile.apps.collect.tests.reviewers import FENG, MOVED, joined, left_on, moved_out, proposed
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.people import actions
from domicile.apps.people.models import Member, Person, Phone, Spell
from domicile.apps.vault.sealing import open_value
from tests import factories
from tests.cast import GRID, LI, QIAN, ZHAO, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def test_a_correction_is_made_before_it_is_accepted_and_both_are_told() -> None:
    proposal = moved_out()
    done = review.accept(
        actor=viewer(QIAN), proposal_id=proposal.pk, values={"end": "2026-05-03"}, note="lease says 3rd"
    )
    assert left_on(proposal) == dt.date(2026, 5, 3)
    assert done.corrected
    word = Decision.objects.get()
    assert (word.verdict, word.corrected, word.note) == ("accepted", True, "lease says 3rd")
    assert Change.objects.get(pk=word.change_id).action == "people.end_stay"


def test_an_acceptance_without_a_correction_is_none() -> None:
    proposal = moved_out()
    assert not review.accept(actor=viewer(QIAN), proposal_id=proposal.pk, values={"end": MOVED.isoformat()}).corrected


def test_a_correction_that_cannot_be_leaves_all_as_it_was() -> None:
    proposal = moved_out()
    with pytest.raises(Refused):
        review.accept(actor=viewer(QIAN), proposal_id=proposal.pk, values={"end": "1990-01-01"})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.version, left_on(proposal)) == ("waiting", 1, None)


def test_a_sealed_value_left_empty_stays_and_another_replaces_it() -> None:
    household = factories.family(registered=False)
    proposal = joined(household, phone="13800000001")
    arguments = actions.AddMember(household.pk, "20", phone="13800000001", name="李新来")
    parts = registry.handler("people.add_member").parts(arguments)
    assert parts["phone"].sealed
    assert corrected(arguments, parts, {"phone": ""}).phone == "13800000001"
    review.accept(actor=viewer(QIAN), proposal_id=proposal.pk, values={"name": "李新莱", "phone": "13800000002"})
    row = Phone.objects.get(person__name="李新莱")
    assert open_value(row, "number") == "13800000002"


def test_every_person_of_a_household_can_be_corrected_by_place() -> None:
    dwelling = factories.dwelling()
    people = (actions.NewPerson("王一", "1", dt.date(1970, 1, 1)), actions.NewPerson("王二", "2", relation="10"))
    arguments = actions.AddHousehold(dwelling.pk, people)
    parts = registry.handler("people.add_household").parts(arguments)
    assert parts["people.1.name"].place == 2
    better = corrected(arguments, parts, {"people.1.birth_date": "1971-02-03", "people.0.birth_date": ""})
    assert better.people[1].birth_date == dt.date(1971, 2, 3)
    assert better.people[0].birth_date is None


def test_the_item_that_is_corrected_stays_the_same() -> None:
    who = factories.family(registered=False).members.get(relation="02").person
    proposal = proposed(
        "people.correct_education", review.Subject("person", who.pk, GRID),
        actions.Correct(who.pk, "education", {"education": "20"}),
    )  # fmt: skip
    review.accept(actor=viewer(QIAN), proposal_id=proposal.pk, values={"values.education": "40", "item": "sex"})
    assert Person.objects.get(pk=who.pk).education == "40"


def test_what_was_returned_is_corrected_and_sent_again_by_its_maker_alone() -> None:
    proposal = moved_out()
    review.send_back(actor=viewer(QIAN), proposal_id=proposal.pk, note="the lease says the 3rd")
    with pytest.raises(NotAllowed):
        review.send_again(actor=viewer(QIAN), proposal_id=proposal.pk, values={"end": "2026-05-03"})
    with pytest.raises(Refused):  # neither corrected nor answered
        review.send_again(actor=viewer(ZHAO), proposal_id=proposal.pk)
    with pytest.raises(Refused):  # could not be made
        review.send_again(actor=viewer(ZHAO), proposal_id=proposal.pk, values={"end": "1990-01-01"})
    sent = review.send_again(actor=viewer(ZHAO), proposal_id=proposal.pk, values={"end": "2026-05-03"})
    assert (sent.state, sent.version, sent.decided_by) == ("waiting", 3, None)
    review.accept(actor=viewer(QIAN), proposal_id=proposal.pk, version=3)
    assert left_on(proposal) == dt.date(2026, 5, 3)
    assert list(Decision.objects.order_by("version").values_list("verdict", flat=True)) == [
        "returned", "sent_again", "accepted",
    ]  # fmt: skip


def test_an_acceptance_is_undone_and_the_proposal_waits_again() -> None:
    proposal = moved_out()
    review.accept(actor=viewer(QIAN), proposal_id=proposal.pk)
    with pytest.raises(NotAllowed):
        review.undo_acceptance(actor=viewer(LI), proposal_id=proposal.pk)
    assert review.undo_acceptance(actor=viewer(QIAN), proposal_id=proposal.pk).state == "waiting"
    assert left_on(proposal) is None
    with pytest.raises(Refused):
        review.undo_acceptance(actor=viewer(QIAN), proposal_id=proposal.pk)
    review.accept(actor=viewer(FENG), proposal_id=proposal.pk)
    assert left_on(proposal) == MOVED


def test_an_acceptance_that_others_built_upon_is_not_undone() -> None:
    proposal = moved_out()
    review.accept(actor=viewer(QIAN), proposal_id=proposal.pk)
    Spell.objects.filter(person_id=proposal.subject_id).update(end=dt.date(2026, 6, 1))
    with pytest.raises(Refused):
        review.undo_acceptance(actor=viewer(QIAN), proposal_id=proposal.pk)
    proposal.refresh_from_db()
    assert proposal.state == "accepted"


def test_who_comes_late_is_told_who_decided_what_and_when() -> None:
    proposal = moved_out()
    review.send_back(actor=viewer(QIAN), proposal_id=proposal.pk, note="which day?")
    with pytest.raises(Refused, match=QIAN.real_name):
        review.accept(actor=viewer(FENG), proposal_id=proposal.pk, version=1)


def test_a_word_is_about_the_version_that_was_looked_at() -> None:
    proposal = moved_out()
    review.send_back(actor=viewer(QIAN), proposal_id=proposal.pk, note="which day?")
    review.send_again(actor=viewer(ZHAO), proposal_id=proposal.pk, values={"end": "2026-05-03"})
    with pytest.raises(Refused, match=ZHAO.real_name):
        review.accept(actor=viewer(FENG), proposal_id=proposal.pk, version=1)
    assert left_on(proposal) is None


def test_the_database_keeps_one_word_a_version() -> None:
    proposal = moved_out()
    values = {"proposal": proposal, "level": "grid", "by": uuid.uuid4(), "by_name": "x", "at": proposal.proposed_at}
    Decision.objects.create(version=1, verdict="accepted", **values)
    for faulty in ({"version": 1, "verdict": "returned"}, {"version": 2, "verdict": "forgotten"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(**faulty, **values)


def test_a_batch_tells_which_were_not_decided_and_why_and_does_the_rest() -> None:
    good, late, broken, own, far = (moved_out() for _ in range(5))
    last = joined(factories.family(registered=False))
    review.send_back(actor=viewer(FENG), proposal_id=late.pk, note="no")
    Spell.objects.filter(person_id=broken.subject_id).update(end=dt.date(2026, 4, 1))
    Proposal.objects.filter(pk=own.pk).update(proposed_by=QIAN.id)
    Proposal.objects.filter(pk=far.pk).update(place_code="770102001001001")
    chosen = [Chosen(one.pk, 1) for one in (good, late, broken, own, far, last)]
    became = decide_many(actor=viewer(QIAN), chosen=chosen, verdict="accept")
    assert [one.proposal is not None for one in became] == [True, False, False, False, False, True]
    assert FENG.real_name in became[1].why
    assert all(one.why for one in became[1:5])
    assert left_on(good) == MOVED
    assert Member.objects.filter(person__name="李新来").exists()
    states = dict(Proposal.objects.values_list("pk", "state"))
    assert (states[broken.pk], states[own.pk], states[far.pk]) == ("waiting", "waiting", "waiting")


def test_a_batch_is_returned_with_one_reason() -> None:
    some = [moved_out() for _ in range(3)]
    chosen = [Chosen(one.pk, 1) for one in some]
    with pytest.raises(Refused):
        decide_many(actor=viewer(QIAN), chosen=chosen, verdict="return")
    decide_many(actor=viewer(QIAN), chosen=chosen, verdict="return", note="ask for the day")
    assert set(Proposal.objects.values_list("state", "decision_note")) == {("returned", "ask for the day")}


def test_one_that_stumbles_takes_no_other_along(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = moved_out(), moved_out()
    real = registry.handler("people.end_stay").apply

    def apply(**given: object) -> object:
        if given["arguments"].spell_id == Spell.objects.get(person_id=first.subject_id).pk:  # type: ignore[attr-defined]
            raise IntegrityError("planted")
        return real(**given)

    monkeypatch.setitem(registry._handlers, "people.end_stay", _with(registry.handler("people.end_stay"), apply))
    became = decide_many(actor=viewer(QIAN), chosen=[Chosen(first.pk, 1), Chosen(second.pk, 1)], verdict="accept")
    assert [one.proposal is not None for one in became] == [False, True]
    assert left_on(second) == MOVED


def _with(handler: registry.Handler, apply: object) -> registry.Handler:
    import dataclasses

    return dataclasses.replace(handler, apply=apply)
