"""The pages of vital events: who may, what they show, what they refuse, where they lead."""

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from domicile.apps.access.models import Look, Seen
from domicile.apps.audit.models import Change
from domicile.apps.collect.actions import accept
from domicile.apps.collect.models import Proposal
from domicile.apps.moves.tests.making import HAN
from domicile.apps.people.models import Household, Person
from domicile.apps.screens.tests.checks import LedgerChecks
from domicile.apps.vitals.models import VitalEvent
from domicile.apps.vitals.tests.making import DAY, born, died, family, married, one
from tests import factories
from tests.cast import CHEN, LI, QIAN, SUN, ZHAO, qian_viewer, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])
BIRTH = {"relation": "20", "sex": "2", "birth_date": str(DAY), "registered": "unknown", "reason": "家属申报"}


@pytest.fixture
def household() -> Household:
    return family()


def post_birth(client: Client, household: Household, **fields: object) -> object:
    return client.post(reverse("vitals:birth", args=[household.pk]), {**BIRTH, **fields})


def test_a_birth_is_registered_at_once_without_any_paper(client: Client, household: Household) -> None:
    sign_in(client, QIAN)
    answer = post_birth(client, household)
    event = VitalEvent.objects.get()
    assert answer.url == reverse("vitals:event", args=[event.pk])
    page = client.get(answer.url).content.decode()
    assert "2份材料待补" in page
    assert str(DAY) in page
    assert client.get(reverse("people:person", args=[event.person_id])).status_code == 200


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "出生登记"), ("en", "Register a birth")])
def test_a_birth_that_waits_for_review_reads_as_one_with_its_parents(
    client: Client, household: Household, language: str, words: str
) -> None:
    sign_in(client, ZHAO)
    mother = one(household, "10")
    post_birth(client, household, mother=mother.pk, place="县医院")
    assert not VitalEvent.objects.exists()
    sign_in(client, QIAN)
    client.cookies["django_language"] = language
    assert words in client.get(reverse("collect:proposals")).content.decode()
    page = client.get(reverse("collect:proposal", args=[Proposal.objects.get().pk])).content.decode()
    assert words in page
    assert mother.name in page
    assert "县医院" in page
    assert Seen.objects.filter(look=Look.objects.latest("id"), person_id=mother.pk).exists()
    accept(actor=qian_viewer(), proposal_id=Proposal.objects.get().pk)
    assert VitalEvent.objects.get().named.get().person == mother


def test_the_same_birth_is_shown_before_it_is_saved(client: Client, household: Household) -> None:
    sign_in(client, QIAN)
    mother = one(household, "10")
    born(household, name="王小满", parents={str(mother.pk): "birth"})
    answer = post_birth(client, household, mother=mother.pk)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "王小满" in page
    assert "another_child" in page
    assert Look.objects.filter(question="birth_twice").exists()
    assert post_birth(client, household, mother=mother.pk, another_child="on").status_code == 302
    assert VitalEvent.objects.count() == 2


def test_of_a_child_elsewhere_no_name_is_shown(client: Client, household: Household) -> None:
    far = factories.family(size=1, at=factories.dwelling(place_code=factories.FAR_GRID), registered=False)
    child = far.members.get().person
    Person.objects.filter(pk=child.pk).update(birth_date=DAY, name="欧阳满满", sound="ouyangmanman")
    sign_in(client, QIAN)
    page = post_birth(client, household, name="欧阳漫漫").content.decode()
    assert "another_child" in page
    assert "北塔社区" not in page
    assert "欧阳满满" not in page
    look = Look.objects.get(question="birth_twice")
    assert child.pk.bytes in bytes(look.persons)


def test_a_death_of_a_head_asks_for_a_new_one_and_a_later_visit_for_a_word(
    client: Client, household: Household
) -> None:
    head, spouse, child = (one(household, code) for code in ("02", "10", "20"))
    sign_in(client, QIAN)
    address = reverse("vitals:death", args=[head.pk])
    page = client.get(address).content.decode()
    assert "new_head_id" in page
    data = {"died_on": str(DAY), "reason": "家属告知", "spouse_id": spouse.pk}
    assert client.post(address, data).status_code == 422
    data |= {"new_head_id": spouse.pk, f"relation_{child.pk}": "20"}
    head.spells.update(verified_on=DAY.replace(year=DAY.year + 1))
    answer = client.post(address, data)
    assert answer.status_code == 422
    assert "despite" in answer.content.decode()
    assert client.post(address, {**data, "despite": "on"}).status_code == 302
    head.refresh_from_db()
    assert head.died_on == DAY


@pytest.mark.parametrize("kind", ["marriage", "divorce"])
def test_a_union_is_registered_by_choice_by_number_or_by_name(client: Client, household: Household, kind: str) -> None:
    head, spouse = one(household, "02"), one(household, "10")
    sign_in(client, QIAN)
    address = reverse(f"vitals:{kind}", args=[head.pk])
    data = {"day": str(DAY), "reason": "本人申报"}
    assert client.post(address, data).status_code == 422
    assert client.post(address, {**data, "spouse_number": "110101199001011237"}).status_code == 422
    assert client.post(address, {**data, "spouse_name": "某人", "spouse_id": spouse.pk}).status_code == 422
    assert client.post(address, {**data, "spouse_id": spouse.pk}).status_code == 302
    spouse.refresh_from_db()
    assert spouse.marital == {"marriage": "20", "divorce": "40"}[kind]


def test_an_adoption_moves_the_child_in(client: Client, household: Household) -> None:
    child = one(household, "20")
    Person.objects.filter(pk=child.pk).update(birth_date=DAY.replace(year=2015))
    born_on = DAY.replace(year=1985)
    number = factories.number_of(birth_date=born_on)
    new = factories.family(size=1, registered=False)
    factories.document(of=new.members.get().person, number=number)
    sign_in(client, QIAN)
    data = {"day": str(DAY), "number": number, "moves_in": "on", "relation": "27", "reason": "收养登记"}
    answer = client.post(reverse("vitals:adoption", args=[child.pk]), data)
    assert answer.status_code == 302, answer.content.decode()
    assert new.members.filter(person=child, left_on=None).exists()


def test_an_event_is_corrected_annulled_and_undone_from_its_pages(client: Client, household: Household) -> None:
    event = died(one(household, "20"))
    sign_in(client, QIAN)
    data = {"day": str(DAY), "precision": "day", "place": "家中", "told_by": "family", "reason": "核对"}
    client.post(reverse("vitals:correct", args=[event.pk]), data)
    event.refresh_from_db()
    assert (event.place, event.told_by) == ("家中", "family")
    page = client.get(reverse("vitals:event", args=[event.pk])).content.decode()
    assert "家中" in page
    client.post(reverse("people:undo", args=[Change.objects.latest("id").pk]))
    event.refresh_from_db()
    assert event.place == ""
    client.post(reverse("vitals:annul", args=[event.pk]), {"reason": "登记错误"})
    event.refresh_from_db()
    assert event.state == "annulled"
    assert "登记错误" in client.get(reverse("vitals:event", args=[event.pk])).content.decode()


def test_the_day_of_a_birth_is_proposed_by_the_community(client: Client, household: Household) -> None:
    event = born(household)
    sign_in(client, QIAN)
    data = {"day": str(DAY.replace(year=DAY.year - 1)), "precision": "day", "reason": "核对", "evidence": "出生证"}
    client.post(reverse("vitals:correct", args=[event.pk]), data)
    assert Proposal.objects.get().action == "vitals.correct_birth_day"
    event.refresh_from_db()
    assert event.day == DAY


def test_a_paper_and_an_answer_are_noted(client: Client, household: Household) -> None:
    event = born(household, ask_text="外省某县")
    sign_in(client, QIAN)
    paper = event.papers.get(need="birth_certificate")
    client.post(
        reverse("vitals:paper", args=[paper.pk]), {"kind": "birth_certificate", "number": "Y-77", "reason": "补交"}
    )
    assert "Y-77" in client.get(reverse("vitals:event", args=[event.pk])).content.decode()
    question = event.questions.get()
    data = {"answer": "registered", "reason": "电话", "evidence": "2026-11-20 电话"}
    client.post(reverse("vitals:answer", args=[question.pk]), data)
    question.refresh_from_db()
    assert question.answer == "registered"
    client.post(reverse("vitals:ask", args=[event.pk]), {"ask_text": "另一县", "reason": "再问"})
    assert event.questions.count() == 2


@pytest.mark.parametrize("actor", [LI, CHEN])
def test_strangers_and_statisticians_see_and_change_nothing(
    client: Client, household: Household, actor: object
) -> None:
    event = born(household)
    sign_in(client, actor)  # type: ignore[arg-type]
    assert client.get(reverse("vitals:event", args=[event.pk])).status_code in {403, 404}
    assert client.get(reverse("vitals:birth", args=[household.pk])).status_code == 403
    assert client.get(reverse("vitals:death", args=[event.person_id])).status_code == 403


def test_the_page_of_an_event_asks_no_more_with_more_of_it(client: Client, household: Household) -> None:
    sign_in(client, SUN)
    small = born(household)
    large = born(
        factories.family(), parents={}, mother_name="甲", father_name="乙", ask_text="外省", sex="1", relation="20"
    )
    counts = []
    for event in (small, large):
        client.get(reverse("vitals:event", args=[event.pk]))
        with CaptureQueriesContext(connections["default"]) as queries:
            client.get(reverse("vitals:event", args=[event.pk]))
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 1  # the names of the places asked


def test_the_card_of_a_person_leads_to_the_events(client: Client, household: Household) -> None:
    head, spouse = one(household, "02"), one(household, "10")
    event = married(head, spouse)
    sign_in(client, QIAN)
    for person in (head, spouse):
        assert (
            reverse("vitals:event", args=[event.pk])
            in client.get(reverse("people:person", args=[person.pk])).content.decode()
        )


class TestLedger(LedgerChecks):
    url_name = "vitals:ledger"
    headings = ("出生死亡婚姻登记簿", "Ledger of vital events")
    question = "ledger_vitals"
    named = 1

    def make(self, count: int) -> list[str]:
        household = family()
        names = [f"王小{'一二三四五六七八九十甲乙丙丁'[number]}" for number in range(count)]
        for name in names:
            born(household, name=name, another_child=True)
        return names


def test_the_filters_of_the_ledger(client: Client, household: Household) -> None:
    born(household, name="王小满")
    died(one(household, "20"), papers={"death_certificate": "death_certificate"})
    sign_in(client, QIAN)

    def shown(**fields: str) -> str:
        return client.post(reverse("vitals:ledger"), fields).content.decode()

    child = one(household, "10").name
    assert "王小满" in shown(kind="birth")
    assert "王小满" not in shown(kind="death")
    assert "王小满" in shown(papers="yes")
    assert "王小满" not in shown(papers="no")
    assert "王小满" not in shown(late="yes")
    assert "王小满" not in shown(since="2999-01-01")
    assert child


def test_the_place_that_is_asked_sees_the_question_and_answers_it(client: Client, household: Household) -> None:
    event = born(household, name="王小满", ask_code=factories.OTHER_COMMUNITY)
    sign_in(client, HAN)
    assert "王小满" in client.get(reverse("vitals:asked")).content.decode()
    assert "王小满" not in client.get(reverse("vitals:ledger")).content.decode()
    question = event.questions.get()
    page = client.get(reverse("vitals:event", args=[event.pk])).content.decode()
    assert reverse("vitals:answer", args=[question.pk]) in page
    assert reverse("vitals:annul", args=[event.pk]) not in page
    assert client.post(reverse("vitals:annul", args=[event.pk]), {"reason": "不对"}).status_code in {403, 404}
    client.post(reverse("vitals:answer", args=[question.pk]), {"answer": "not_found", "reason": "查户籍"})
    question.refresh_from_db()
    assert question.answer == "not_found"
    assert "王小满" not in client.get(reverse("vitals:asked")).content.decode()
