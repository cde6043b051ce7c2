"""Corrections: every entry of the dated table, its level, its paper, and what has to agree afterwards."""

import datetime as dt

import pytest
from django.urls import reverse

from domicile.apps.access.models import Seen
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.policies import LEVEL_DIGITS
from domicile.apps.collect.registry import handler
from domicile.apps.collect.undoing import undo
from domicile.apps.common.refusals import Refused
from domicile.apps.people import actions
from domicile.apps.people.handlers import kinds
from domicile.apps.people.items import ITEMS
from domicile.apps.people.models import Document, Member, Person, Phone, Remark, Spell, Visibility
from domicile.apps.vault.sealing import open_value
from domicile.core.policy.parameters import parameter
from tests import factories as make
from tests.cast import LI, QIAN, RULES_ON, SUN, ZHAO, li_viewer, qian_viewer, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
NUMBER = make.number_of(birth_date=dt.date(1980, 5, 6), sex="1", serial=1)
PAPER = "identity document"


@pytest.fixture
def person() -> Person:
    household = make.family(size=1, registered=False)
    who = household.members.get().person
    Document.objects.filter(person=who).delete()
    Person.objects.filter(pk=who.pk).update(sex="1", birth_date=dt.date(1980, 5, 6))
    make.document(of=who, number=NUMBER)
    make.telephone(of=who, number="13800000001")
    who.refresh_from_db()
    return who


def correct(person, item, row=None, remove=False, viewer=None, evidence=PAPER, **values):
    arguments = actions.Correct(person.pk, item, values, row.pk if row else None, remove)
    return actions.correct(actor=viewer or sun_viewer(), reason="seen", evidence=evidence, arguments=arguments)


def test_every_entry_of_the_table_can_be_corrected_at_its_level():
    levels = parameter("corrections.level", RULES_ON)
    elsewhere = {"name": "correct_name", "first_name": "give_name", "parents": "set_parent",
                 "died_on": "record_death", "dwelling": "correct_dwelling"}  # fmt: skip
    for field in {*ITEMS, *elsewhere}:  # the other entries are about places and what is let
        level = levels[field]
        assert handler(f"people.{elsewhere.get(field, f'correct_{field}')}").level() == level
        assert level in LEVEL_DIGITS


VALUES = {
    "education": {"education": "21"},
    "marital": {"marital": "20"},
    "sex": {"sex": "2"},
    "birth_date": {"birth_date": "1980-05-07", "birth_precision": "day"},
    "registered_address": {"registered_text": "外省某县"},
    "registered_area": {"registration": "area", "registered_code": "880101", "registered_text": "外省"},
    "former_names": {"name": "张小伟", "until": "2000-01-01"},
    "phones": {"number": "13800000009", "belongs_to": "女儿"},
    "document_number": {"kind": "passport", "number": "G12345678"},
    "remark": {"text": "需要坡道"},
}


@pytest.mark.parametrize("item", VALUES)
def test_it_is_made_recorded_and_undone(person, item):
    def state():
        rows = [Person, Document, Phone, Remark, Member, Spell]
        return [sorted(map(str, model.objects.values_list())) for model in rows] + [
            sorted(person.former_names.values_list("name", flat=True)),
            sorted(Visibility.objects.values_list("code", "why")),
        ]

    before = state()
    correct(person, item, **VALUES[item])
    assert state() != before
    change = Change.objects.latest("id")
    assert (change.action, change.subject_id, change.evidence) == (ITEMS[item].action, person.pk, PAPER)
    undo(actor=sun_viewer(), change_id=change.pk, kinds=kinds())
    assert state() == before


def test_rows_of_a_household_and_a_stay(person):
    spell = person.spells.get()
    correct(person, "inflow_date", spell, start="2015-03-04")
    correct(person, "inflow_reason", spell, reason="01")
    spell.refresh_from_db()
    assert (spell.start, spell.reason) == (dt.date(2015, 3, 4), "01")
    child = make.family(registered=False).members.get(relation="20")
    correct(child.person, "relation", child, relation="27")
    child.refresh_from_db()
    assert child.relation == "27"
    with pytest.raises(Refused):
        correct(child.person, "relation", child, relation="02")


def test_sex_and_birth_date_are_compared_with_the_number(person):
    assert correct(person, "sex", sex="2") == "sex"
    assert person.documents.get().finding == "sex"
    assert correct(person, "birth_date", birth_date="1980-05-07", birth_precision="day") == "birth_date sex"
    assert correct(person, "birth_date", birth_date="1980-05-01", birth_precision="month") == "sex"
    assert correct(person, "sex", sex="1") == ""


def test_a_new_number_is_sealed_found_and_compared(person):
    row = person.documents.get()
    other = make.number_of(birth_date=dt.date(1980, 5, 6), sex="2")
    assert correct(person, "document_number", row, kind="resident_id", number=other) == "sex"
    row.refresh_from_db()
    assert open_value(row, "number") == other
    assert other.encode() not in bytes(row.number)
    with pytest.raises(Refused):
        correct(person, "document_number", row, kind="resident_id", number=other)


def test_a_phone_keeps_its_number_when_only_its_owner_is_corrected(person):
    row = person.phones.get()
    correct(person, "phones", row, number="", belongs_to="女儿")
    row.refresh_from_db()
    assert (open_value(row, "number"), row.belongs_to) == ("13800000001", "女儿")
    correct(person, "phones", row, remove=True)
    assert not person.phones.exists()


def test_a_remark_loses_numbers_and_expires(person):
    correct(person, "remark", text="电话 13800000001，需要坡道")
    row = Remark.objects.get()
    assert "13800000001" not in open_value(row, "text")
    assert row.expires_on > row.written_on + dt.timedelta(days=300)


def test_registration_here_joins_the_registered_household_and_elsewhere_leaves_it(person):
    home = person.spells.get().dwelling
    correct(person, "registered_area", registration="here")
    person.refresh_from_db()
    assert (person.registered_code, person.registered_text) == (home.place_code, home.address)
    member = Member.objects.get(person=person, side="registered")
    assert (member.household.dwelling, member.relation) == (home, "02")
    assert Visibility.objects.filter(person=person, code=home.place_code, why="registered").exists()
    correct(person, "registered_area", registration="abroad")
    member.refresh_from_db()
    person.refresh_from_db()
    assert member.left_on is not None
    assert (person.registration, person.registered_code) == ("abroad", "")
    assert not Visibility.objects.filter(person=person, why="registered").exists()


@pytest.mark.parametrize(
    ("item", "values"),
    [
        ("sex", {"sex": "7"}), ("birth_date", {"birth_date": "2999-01-01", "birth_precision": "day"}),
        ("birth_date", {"birth_date": "", "birth_precision": "day"}), ("education", {"education": "77"}),
        ("phones", {"number": "123"}), ("document_number", {"number": "12345"}), ("former_names", {"name": "张3"}),
        ("registered_area", {"registration": "area", "registered_code": "77"[:1]}), ("remark", {"text": " "}),
        ("sex", {"sex": "1"}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_written(person, item, values):
    with pytest.raises(Refused):
        correct(person, item, **values)
    assert not Change.objects.exists()


def test_the_paper_of_the_table_is_asked_for_and_strangers_are_out(person):
    with pytest.raises(Refused) as refusal:
        correct(person, "sex", sex="2", evidence="")
    assert refusal.value.field == "evidence"
    with pytest.raises(OutOfReach):
        correct(person, "education", viewer=li_viewer(), education="21")


def test_rows_of_somebody_else_are_not_reached(person):
    other = make.person(name="李别", phone="13800000077")
    make.spell(of=other, at=make.dwelling())
    with pytest.raises(Refused):
        correct(person, "phones", other.phones.get(), number="13800000078")


def test_what_the_community_decides_corrects_nothing_that_it_does_not(person):
    with pytest.raises(Refused):
        handler("people.correct_education").apply(
            actor=qian_viewer(),
            reason="slip",
            evidence=PAPER,
            arguments=actions.Correct(person.pk, "sex", {"sex": "2"}),
        )
    person.refresh_from_db()
    assert person.sex == "1"


class TestPages:
    def page(self, person, item, row=None):
        args = [person.pk, item, *([row.pk] if row else [])]
        return reverse("people:correct_row" if row else "people:correct", args=args)

    def test_the_overview_names_all_items_masks_numbers_and_is_a_look(self, client, person):
        sign_in(client, QIAN)
        page = client.get(reverse("people:corrections", args=[person.pk])).content.decode()
        for item in ITEMS.values():
            if item.rows is None or item.may_add:
                assert self.page(person, item.key) in page
        assert "13800000001" not in page
        assert NUMBER not in page
        assert Seen.objects.filter(person_id=person.pk).count() == 1

    def test_education_at_once_by_the_community_and_sex_for_review(self, client, person):
        sign_in(client, QIAN)
        client.post(self.page(person, "education"), {"education": "21", "reason": "told"})
        assert Person.objects.get(pk=person.pk).education == "21"
        client.post(self.page(person, "sex"), {"sex": "2", "evidence": "identity_document", "reason": "told"})
        proposal = Proposal.objects.get()
        assert (proposal.level, Person.objects.get(pk=person.pk).sex) == ("prefecture", "1")
        assert proposal.evidence

    def test_a_worker_proposes_a_phone_and_no_number_stands_in_the_clear(self, client, person):
        sign_in(client, ZHAO)
        answer = client.post(self.page(person, "phones"), {"number": "13800000009", "reason": "told"})
        assert answer.status_code == 302
        assert b"13800000009" not in bytes(Proposal.objects.get().arguments)

    def test_the_reason_of_a_stay_is_not_the_reason_of_its_correction(self, client, person):
        sign_in(client, QIAN)
        spell = person.spells.get()
        client.post(self.page(person, "inflow_reason", spell), {"stay_reason": "01", "reason": "told at the door"})
        spell.refresh_from_db()
        assert (spell.reason, Change.objects.get().reason) == ("01", "told at the door")

    def test_what_does_not_fit_stands_at_its_field(self, client, person):
        sign_in(client, SUN)
        page = client.post(self.page(person, "phones"), {"number": "12", "reason": "told"})
        assert page.status_code == 422
        assert page.context["form"].errors.keys() == {"number"}

    def test_nobody_else_gets_the_pages(self, client, person):
        sign_in(client, LI)
        assert client.get(reverse("people:corrections", args=[person.pk])).status_code == 403
        assert client.get(self.page(person, "education")).status_code == 403
        sign_in(client, QIAN)
        assert client.get(self.page(person, "nothing")).status_code == 404
        assert client.get(self.page(person, "relation")).status_code == 404
