"""Certificates: what the holder chose and nothing else, for three years, renewed, revoked, ended by death, erased when over."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import recording
from domicile.apps.audit.reversal import reverse as take_back
from domicile.apps.certificates import actions, keys, retention
from domicile.apps.certificates.models import Certificate, PermitApplication
from domicile.apps.certificates.selectors.public import revoked_list
from domicile.apps.certificates.tests.making import WHY, holder, issued, mover
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.people.models import Document, Person
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.vault import keyring
from domicile.apps.vault.sealing import open_value
from domicile.core.certificates import State, check, contents, last_day_of, read_list
from tests.cast import COMMUNITY, OTHER_COMMUNITY, li_viewer, qian_viewer, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def text_of(row: Certificate) -> str:
    return open_value(Certificate.objects.get(pk=row.pk), "text")


def listed() -> frozenset[str]:
    return read_list(revoked_list(timezone.now()), keys.known_keys()).numbers


def test_it_says_what_was_chosen_and_nothing_else() -> None:
    person = holder()
    row = issued(person)
    said = contents(text_of(row))
    assert said.name == person.name
    assert "河沿社区" in said.residence
    assert said.residence.endswith("社区")
    assert (said.sex, said.birth, said.document, said.registered, said.since, said.marital, said.members) == (
        "", "", "", "", None, "", ()
    )  # fmt: skip
    assert check(text_of(row), keys.known_keys(), today=timezone.localdate()).state == State.VALID


def test_everything_can_be_said_when_the_holder_wants_it() -> None:
    person = holder()
    spouse = Person.objects.get(memberships__relation="10", memberships__side="living")
    row = issued(
        person, residence="full", registered="full", birth="full", document="full", sex=True, marital=True, since=True,
        members=(person.pk, spouse.pk),
    )  # fmt: skip
    said = contents(text_of(row))
    assert said.document.endswith(open_value(Document.objects.get(person=person), "number"))
    assert "人民路12号" in said.residence
    assert said.members == (("02", person.name), ("10", spouse.name))
    assert (said.birth, said.sex, said.marital) == ("19550301", "1", "20")


def test_the_number_is_given_in_full_only_to_whoever_may_see_it() -> None:
    person = holder()
    row = issued(person, qian_viewer("service_delivery"), document="full")
    assert contents(text_of(row)).document == ""
    assert "尾号" in contents(text_of(issued(person, document="short"))).document


def test_it_holds_three_years_whatever_happens_meanwhile() -> None:
    row = issued(holder())
    assert row.last_day == last_day_of(timezone.localdate(), 3)
    assert row.last_day - row.issued_on >= dt.timedelta(days=3 * 365 - 1)


def test_only_the_office_of_the_place_of_registration_issues() -> None:
    elsewhere = mover()
    with pytest.raises(Refused, match=r"registered|户籍"):
        issued(elsewhere)
    person = holder()
    for viewer in (zhao_viewer(), sun_viewer()):
        with pytest.raises(NotAllowed):
            issued(person, viewer)
    with pytest.raises(OutOfReach):
        issued(person, li_viewer())
    assert not Certificate.objects.exists()


def test_nobody_without_a_name_and_nobody_dead_gets_one() -> None:
    with pytest.raises(Refused):
        issued(holder(died_on=dt.date(2026, 1, 1)))
    with pytest.raises(Refused):
        issued(holder(name=""))


def test_what_is_said_stands_nowhere_in_the_clear() -> None:
    person = holder()
    number = open_value(Document.objects.get(person=person), "number")
    row = issued(person, document="full")
    change = Change.objects.get(action="certificates.issue")
    assert number not in change.values
    assert text_of(row) not in change.values
    assert bytes(Certificate.objects.get(pk=row.pk).text or b"").find(number.encode()) == -1
    assert change.subject_id == person.pk


def test_too_much_for_a_code_is_refused() -> None:
    person = holder(registered_text="很长的地址" * 32)
    with pytest.raises(Refused) as refused:
        issued(person, registered="full", residence="full")
    assert refused.value.field == "members"
    assert not Certificate.objects.exists()


def test_renewal_takes_the_place_of_the_one_before() -> None:
    person = holder()
    old = issued(person)
    new = actions.issue(
        actor=qian_viewer(), person_id=person.pk, chosen=actions.Chosen(sex=True), asked_by="family", reason=WHY,
        renews=old.pk,
    )  # fmt: skip
    old.refresh_from_db()
    assert (old.ended_why, new.renews) == ("renewed", old)
    assert listed() == {old.number}
    with pytest.raises(Refused):
        actions.issue(
            actor=qian_viewer(),
            person_id=person.pk,
            chosen=actions.Chosen(),
            asked_by="person",
            reason=WHY,
            renews=old.pk,
        )


def test_an_expired_one_is_renewed_without_being_revoked() -> None:
    person = holder()
    old = issued(person)
    Certificate.objects.filter(pk=old.pk).update(issued_on=dt.date(2020, 1, 1), last_day=dt.date(2022, 12, 31))
    actions.issue(
        actor=qian_viewer(), person_id=person.pk, chosen=actions.Chosen(), asked_by="person", reason=WHY, renews=old.pk
    )
    old.refresh_from_db()
    assert old.ended_on is None
    assert listed() == frozenset()


def test_a_revoked_one_stands_in_the_signed_list() -> None:
    row = issued(holder())
    assert revoked_list(timezone.now())
    assert listed() == frozenset()
    today = timezone.localdate()
    for day in (today + dt.timedelta(days=1), row.issued_on - dt.timedelta(days=1)):
        with pytest.raises(Refused):
            actions.end(actor=qian_viewer(), certificate_id=row.pk, day=day, why="lost", reason=WHY)
    actions.end(actor=qian_viewer(), certificate_id=row.pk, day=today, why="lost", reason=WHY)
    assert listed() == {row.number}
    with pytest.raises(Refused):
        actions.end(actor=qian_viewer(), certificate_id=row.pk, day=today, why="lost", reason=WHY)
    with pytest.raises(OutOfReach):
        actions.end(actor=li_viewer(), certificate_id=row.pk, day=today, why="lost", reason=WHY)


def test_an_issue_that_was_undone_stands_in_the_list_since_the_paper_is_about() -> None:
    person = holder()
    row = issued(person)
    with recording(actor=qian_viewer(), action="people.undo", subject_kind="person", subject_id=person.pk) as change:
        take_back(Change.objects.get(action="certificates.issue"), change)
    assert not Certificate.objects.exists()
    assert listed() == {row.number}


def test_a_death_ends_what_somebody_held_and_undoing_it_brings_it_back() -> None:
    person = holder()
    row = issued(person)
    applied = PermitApplication.objects.create(
        person=person, place_code=row.place_code, ground="home", applied_on=timezone.localdate()
    )
    with recording(
        actor=qian_viewer(), action="people.record_death", subject_kind="person", subject_id=person.pk
    ) as change:
        assert actions.end_for_person(person_id=person.pk, day=dt.date(2026, 1, 1), change=change) == 1
    row.refresh_from_db()
    applied.refresh_from_db()
    assert (row.ended_why, row.ended_on, applied.state) == ("died", row.issued_on, "withdrawn")
    assert listed() == {row.number}
    with recording(actor=qian_viewer(), action="people.undo", subject_kind="person", subject_id=person.pk) as change:
        take_back(Change.objects.get(action="people.record_death"), change)
    row.refresh_from_db()
    applied.refresh_from_db()
    assert (row.ended_why, row.ended_on, applied.state) == ("", None, "applied")


def test_after_a_rotation_old_ones_stay_valid_and_new_ones_are_of_the_new_key() -> None:
    person = holder()
    old = issued(person)
    today = timezone.localdate()
    made = keys.rotate(actor=keys.MACHINE, today=today)
    new = issued(person)
    known = keys.known_keys()
    found = [check(text_of(row), known, today=today) for row in (old, new)]
    assert [one.state for one in found] == [State.VALID, State.VALID]
    assert found[0].kid != found[1].kid == made.kid
    assert len(known.keys) == 2
    assert read_list(revoked_list(timezone.now()), known).numbers == frozenset()


def test_another_key_in_the_place_of_ours_signs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    person = holder()
    issued(person)
    other = keyring.Ed25519PrivateKey.generate()
    monkeypatch.setattr(keyring, "certificate_signer", lambda number: other)
    with pytest.raises(keyring.UnknownKey, match="rotate"):
        issued(person)


def test_the_database_keeps_ends_and_keys_in_order() -> None:
    row = issued(holder())
    for values in ({"ended_why": "lost"}, {"ended_on": row.issued_on}, {"last_day": row.issued_on}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Certificate.objects.filter(pk=row.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        keys.SigningKey.objects.create(number=99, kid="x" * 8, public=b"x" * 32, used_from=row.issued_on)


def test_what_expired_long_ago_is_erased_with_its_count_alone_on_record() -> None:
    person = holder()
    old, kept = issued(person), issued(person)
    Certificate.objects.filter(pk=old.pk).update(issued_on=dt.date(2020, 1, 1), last_day=dt.date(2022, 12, 31))
    assert retention.erase_expired(actor=MACHINE, today=timezone.localdate()) == 1
    assert list(Certificate.objects.all()) == [kept]
    assert retention.erase_expired(actor=MACHINE, today=timezone.localdate()) == 0


def test_nothing_lists_counts_or_searches_who_holds_one() -> None:
    """No ledger with its downloads and saved views, no task rule, no interface for programs, no figure of a change of areas."""
    from domicile.apps.areas import registry as areas
    from domicile.apps.certificates.urls import urlpatterns
    from domicile.apps.screens.registry import entries

    assert not [one for one in entries() if "certificate" in str(one).lower() or "permit" in str(one).lower()]
    assert "certificate" not in " ".join(areas.tally([COMMUNITY.ljust(15, "0")]))
    assert {one.name for one in urlpatterns if "<" not in str(one.pattern)} == {
        "check",
        "keys",
        "revoked",
        "desk",
        "guide",
    }


def test_an_office_that_lost_its_holder_to_another_still_revokes_but_does_not_renew() -> None:
    person = holder()
    row = issued(person)
    Person.objects.filter(pk=person.pk).update(registered_code=OTHER_COMMUNITY)
    with pytest.raises(Refused):
        actions.issue(
            actor=qian_viewer(),
            person_id=person.pk,
            chosen=actions.Chosen(),
            asked_by="person",
            reason=WHY,
            renews=row.pk,
        )
    today = timezone.localdate()
    actions.end(actor=qian_viewer(), certificate_id=row.pk, day=today, why="wrong", reason=WHY)
    assert listed() == {row.number}
