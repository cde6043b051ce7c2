"""Merge and unmerge as users meet them: who may, what stays of each record, where the person is found, and undoing it."""

import datetime as dt
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse

from domicile.apps.access.models import Seen
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.collect.actions import Subject, accept, submit
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.duplicates import actions
from domicile.apps.duplicates.models import Pair
from domicile.apps.duplicates.policies import offices_of
from domicile.apps.duplicates.tests.pieces import pair, twice
from domicile.apps.people.history import MERGE, as_known_on
from domicile.apps.people.models import SamePerson, Spell, Visibility
from domicile.apps.people.selectors import person_card, search
from tests import factories
from tests.cast import CHEN, LI, QIAN, SUN, ZHAO, li_viewer, qian_viewer, sign_in, sun_viewer, zhao_viewer

TODAY = dt.date(2026, 6, 1)
WHY = "Same person, moved within the community"
pytestmark = pytest.mark.django_db(databases=["default", "log"])


def merge(stands: Any, other: Any, actor: Any = None) -> None:
    actions.merge(actor=actor or qian_viewer(), reason=WHY, arguments=actions.Merge(stands.pk, other.pk))


def unmerge(other: Any, *, apart: bool = True) -> None:
    actions.unmerge(actor=qian_viewer(), reason="two after all", arguments=actions.Unmerge(other.pk, apart))


def test_the_card_shows_what_both_records_hold() -> None:
    one, other = twice()
    factories.telephone(of=other, number="13800000001")
    factories.former_name(of=other, name="王秀瑛")
    merge(one, other)
    card = person_card(qian_viewer(), one.pk, today=TODAY)
    assert [stay.start.year for stay in card.stays if stay.start] == [2020, 2010]
    assert [stay.is_open for stay in card.stays] == [True, False]
    assert len(card.phones) == 1
    assert [name.name for name in card.former_names] == ["王秀瑛"]


def test_the_person_is_found_once_by_the_name_number_and_phone_of_either_record() -> None:
    one, other = twice()
    number = factories.number_of(birth_date=dt.date(1971, 3, 9), sex="2")
    factories.document(of=other, number=number)
    factories.telephone(of=other, number="13800000001")
    factories.former_name(of=other, name="王小英")
    merge(one, other)
    for viewer in (zhao_viewer(), qian_viewer(), sun_viewer()):
        for text in ("王秀英", number, "13800000001", "王小英", "1971-03-09"):
            found = search(viewer, text, today=TODAY)
            assert [hit.line.id for hit in found.persons] == [one.pk], (viewer.name, text)


def test_an_address_of_the_other_record_leads_to_the_card(client: Any) -> None:
    one, other = twice()
    merge(one, other)
    sign_in(client, QIAN)
    answer = client.get(reverse("people:person", args=[other.pk]))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("people:person", args=[one.pk])
    assert client.get(reverse("people:history", args=[other.pk])).status_code == 302


def test_who_worked_with_either_record_sees_the_person_and_a_stranger_sees_neither(client: Any) -> None:
    one, other = twice(code=factories.OTHER_GRID)
    merge(one, other)
    assert set(Visibility.objects.filter(code=factories.OTHER_GRID).values_list("why", flat=True)) == {"left"}
    sign_in(client, LI)
    for record in (one, other):
        assert client.get(reverse("people:person", args=[record.pk])).status_code == 403


def test_every_look_at_the_person_is_on_record_under_the_id_that_stands() -> None:
    one, other = twice()
    merge(one, other)
    person_card(qian_viewer(), other.pk, today=TODAY)
    assert Seen.objects.using("log").filter(person_id=one.pk).exists()


def test_the_history_tells_of_both_records_and_of_the_merge(client: Any) -> None:
    one, other = twice()
    merge(one, other)
    sign_in(client, QIAN)
    page = client.get(reverse("people:history", args=[one.pk])).content.decode()
    assert WHY in page
    unmerge(other)
    page = client.get(reverse("people:history", args=[other.pk])).content.decode()
    assert WHY in page  # the record that stood for it for a while tells so


def test_as_known_before_the_merge_each_record_is_as_it_was() -> None:
    from django.utils import timezone

    one, other = twice()
    before = timezone.now()
    merge(one, other)
    unmerge(other)
    known = as_known_on([other.pk], before)
    assert known is not None
    assert [row["end"] for row in known.spells] == [None]


def test_one_residence_from_then_on_also_when_the_person_moves(client: Any) -> None:
    from domicile.apps.people.actions import EndStay, end_stay

    one, other = twice()
    merge(one, other)
    stay = Spell.objects.get(person=one, end=None)
    end_stay(actor=qian_viewer(), reason="moved", arguments=EndStay(stay.pk, dt.date(2026, 5, 1)))
    unmerge(other)
    assert Spell.objects.get(person=one).end == dt.date(2026, 5, 1)  # the edit stays with its record
    assert Spell.objects.get(person=other).end is None  # what was set aside came back


def test_a_merge_is_on_record_with_actor_reason_and_evidence() -> None:
    one, other = twice()
    actions.merge(
        actor=qian_viewer(), reason=WHY, evidence="household register", arguments=actions.Merge(one.pk, other.pk)
    )
    change = Change.objects.get(action=MERGE)
    assert (change.actor_id, change.reason, change.evidence, change.subject_id) == (
        QIAN.id,
        WHY,
        "household register",
        one.pk,
    )


def test_a_failing_record_leaves_nothing_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = twice()

    def fails(**_fields: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Change.objects, "create", fails)
    with pytest.raises(RuntimeError):
        merge(one, other)
    assert not SamePerson.objects.exists()
    assert Spell.objects.get(person=other).end is None


@pytest.mark.parametrize("actor", [zhao_viewer, li_viewer])
def test_whoever_has_not_the_right_or_not_the_area_merges_nothing(actor: Any) -> None:
    one, other = twice()
    with pytest.raises(NotAllowed):
        merge(one, other, actor())
    assert not SamePerson.objects.exists()


def test_across_communities_the_office_above_decides() -> None:
    one, other = twice(code=factories.FAR_GRID)
    assert offices_of([(one.pk, other.pk)]) == [factories.TOWNSHIP]
    with pytest.raises(OutOfReach):
        merge(one, other)
    merge(one, other, sun_viewer())
    with pytest.raises(OutOfReach):  # afterwards one of the two would count in the other community again
        unmerge(other)


def test_a_proposed_merge_waits_and_is_accepted_by_somebody_else() -> None:
    one, other = twice()
    officer = qian_viewer("duplicate_review")
    outcome = submit(
        actor=officer, action=MERGE, subject=Subject("person", one.pk, factories.COMMUNITY), reason=WHY,
        arguments=actions.Merge(one.pk, other.pk),
    )  # fmt: skip
    assert outcome.proposal is not None
    assert not SamePerson.objects.exists()
    accept(actor=sun_viewer(), proposal_id=outcome.proposal.pk)
    assert SamePerson.objects.get().person_id == other.pk


def test_two_who_merge_one_record_at_once_do_it_once() -> None:
    one, other = twice()
    merge(one, other)
    with pytest.raises(Refused):
        merge(one, other)
    with pytest.raises(Refused):
        merge(other, one)


def test_told_apart_never_comes_back_until_it_is_taken_back() -> None:
    one, other = twice()
    found = pair(one, other)
    actions.tell_apart(actor=qian_viewer(), reason="sisters", pair_id=found.pk)
    with pytest.raises(Refused):
        actions.tell_apart(actor=qian_viewer(), reason="sisters", pair_id=found.pk)
    found.refresh_from_db()
    assert (found.state, found.note, found.decided_by_name) == (Pair.State.APART, "sisters", QIAN.real_name)
    actions.take_back(actor=qian_viewer(), reason="", pair_id=found.pk)
    found.refresh_from_db()
    assert (found.state, found.decided_by) == (Pair.State.OPEN, None)


def test_unmerging_remembers_that_they_are_two_unless_told_not_to() -> None:
    one, other = twice()
    found = pair(one, other)
    merge(one, other)
    found.refresh_from_db()
    assert found.state == Pair.State.MERGED
    unmerge(other, apart=False)
    found.refresh_from_db()
    assert found.state == Pair.State.OPEN
    merge(one, other)
    unmerge(other)
    found.refresh_from_db()
    assert found.state == Pair.State.APART


def test_the_rest_of_the_cast_has_nothing_to_do_with_duplicates(client: Any) -> None:
    one, other = twice()
    found = pair(one, other)
    for actor in (ZHAO, CHEN):
        sign_in(client, actor)
        for address in (reverse("duplicates:list"), reverse("duplicates:pair", args=[found.pk])):
            assert client.get(address).status_code == 403
    assert SUN.role == "county_operator"


def test_what_was_proposed_about_a_record_before_its_merge_takes_effect_on_the_person() -> None:
    from domicile.apps.people.actions import CorrectName

    one, other = twice(code=factories.GRID)
    outcome = submit(
        actor=zhao_viewer(), action="people.correct_name", subject=Subject("person", other.pk, factories.GRID), reason="heard",
        evidence="identity document", arguments=CorrectName(other.pk, "王秀瑛"),
    )  # fmt: skip
    assert outcome.proposal is not None
    merge(one, other)
    accept(actor=sun_viewer(), proposal_id=outcome.proposal.pk)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.name, other.name) == ("王秀瑛", "王秀英")


def test_a_list_shows_the_number_of_the_other_record_where_the_one_that_stands_has_none() -> None:
    from domicile.apps.people.selectors.ledger_lines import ledger_lines
    from domicile.apps.people.selectors.lines import masked_numbers

    one, other = twice()
    number = factories.number_of(birth_date=dt.date(1971, 3, 9), sex="2")
    one.documents.all().delete()
    factories.document(of=other, number=number)
    factories.telephone(of=other, number="13800000001")
    assert masked_numbers([one.pk]) == {}
    merge(one, other)
    assert masked_numbers([one.pk])[one.pk].endswith(number[-1])
    raw = one._meta.pk.get_db_prep_value(one.pk, connections["default"])
    (line,) = ledger_lines(qian_viewer(), {raw: one.pk}, today=TODAY, phones=True, full=True).values()
    assert (line.number, line.phone) == (number, "13800000001")
