"""A birth of which another register is asked: what travels, what is looked up and answered there, and what comes back."""

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from domicile.apps.access.models import Look, Seen
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.moves.tests.making import han_viewer
from domicile.apps.peers import inbox
from domicile.apps.peers.models import InMessage, OutMessage, Peer
from domicile.apps.peers.registry import tell_acknowledged
from domicile.apps.people.models import Household, Person
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.vault.sealing import open_value
from domicile.apps.vitals import actions, between, retention
from domicile.apps.vitals.models import OutsideBirth, OutsideParent, VitalEvent, VitalQuestion
from domicile.apps.vitals.tests.making import DAY, FAR, NUMBER, TODAY, annul, asked_here, born, family, one
from tests import factories
from tests.cast import QIAN, ZHAO, qian_viewer, sign_in, zhao_viewer
from tests.peers.incoming import own_register, peer, take_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture
def there() -> Peer:
    own_register()
    return peer(prefixes=("880101",))


@pytest.fixture
def household() -> Household:
    return family()


def sent(kind: str) -> dict[str, Any]:
    """What the one message of a kind says."""
    found: dict[str, Any] = json.loads(open_value(OutMessage.objects.get(kind=kind), "body"))["data"]
    return found


def ask(household: Household, **fields: Any) -> VitalEvent:
    """A birth of a mother who is registered in the other register."""
    mother = one(household, "10")
    factories.document(of=mother, number=factories.number_of(birth_date=dt.date(1990, 3, 7), sex="2"))
    return born(household, parents={str(mother.pk): "birth"}, father_name="外地人", ask_code=FAR, **fields)


def test_a_question_to_another_register_travels_with_what_it_needs_and_nothing_else(
    there: Peer, household: Household
) -> None:
    event = ask(household, name="王小满", place="县医院", papers={"birth_certificate": "birth_certificate"})
    mother, question = one(household, "10"), event.questions.get()
    message = OutMessage.objects.get(kind=between.ASKED)
    assert (message.peer, message.subject) == (there, question.pk)
    told = sent(between.ASKED)
    assert told.pop("parents") == [
        {"role": "father", "name": "外地人", "birth_date": None, "number": ""},
        {
            "role": "mother", "name": mother.name, "birth_date": mother.birth_date.isoformat(),  # type: ignore[union-attr]
            "number": open_value(mother.documents.order_by("pk")[0], "number"),
        },
    ]  # fmt: skip
    assert told == {
        "asked": FAR + "000", "home": event.code[:12], "child": "王小满", "day": DAY.isoformat(), "precision": "day",
        "late": False, "missing": ["parents_document"],
    }  # fmt: skip
    look = Look.objects.get(question="birth_asked")
    assert look.role == "peer"
    assert set(Seen.objects.filter(look=look).values_list("person_id", flat=True)) == {mother.pk, event.person_id}


def test_its_days_count_from_when_the_other_register_has_it(there: Peer, household: Household) -> None:
    question = ask(household).questions.get()
    VitalQuestion.objects.update(asked_on=TODAY - dt.timedelta(days=9), due_on=TODAY - dt.timedelta(days=1))
    tell_acknowledged(OutMessage.objects.get(kind=between.ASKED))
    due = question.due_on
    question.refresh_from_db()
    assert question.due_on == due
    tell_acknowledged(OutMessage.objects.get(kind=between.ASKED))
    assert Change.objects.filter(action=between.HEARD).count() == 1


def test_places_of_nobody_are_asked_by_hand(there: Peer, household: Household) -> None:
    born(household, ask_code="990101001001", ask_text="外省")
    assert not OutMessage.objects.exists()


def test_the_answer_comes_back_to_the_birth(there: Peer, household: Household) -> None:
    question = ask(household).questions.get()
    take_in(there, between.ANSWERED, question.pk, 1, {"answer": "differs", "words": "姓名不同", "by": "赵民警"})
    assert inbox.apply_waiting() == 1
    question.refresh_from_db()
    assert (question.answer, question.answer_text, question.answered_on) == ("differs", "姓名不同", TODAY)
    assert question.answered_by_name == "赵民警（临溪县）"
    assert Change.objects.filter(action=between.RETURNED, place_code=question.event.code).count() == 1
    with pytest.raises(Refused):
        actions.answer(
            actor=qian_viewer(), reason="电话", evidence="电话",
            arguments=actions.AnswerQuestion(question.pk, "registered"),
        )  # fmt: skip


def test_an_answer_that_is_needed_no_more_changes_nothing(there: Peer, household: Household) -> None:
    event = ask(household)
    question = event.questions.get()
    arguments = actions.AnswerQuestion(question.pk, "registered")
    actions.answer(actor=qian_viewer(), reason="电话", evidence="电话记录", arguments=arguments)
    take_in(there, between.ANSWERED, question.pk, 1, {"answer": "not_found"})
    assert inbox.apply_waiting() == 1
    question.refresh_from_db()
    assert question.answer == "registered"
    annul(event)


@pytest.mark.parametrize("stranger", ["another question", "another register", "no answer"])
def test_an_answer_of_whoever_was_not_asked_is_set_aside(there: Peer, household: Household, stranger: str) -> None:
    question = ask(household).questions.get()
    other = peer(prefixes=("990101",), name="别县", key=uuid.UUID(int=3))
    key = uuid.UUID(int=5) if stranger == "another question" else question.pk
    answer = "perhaps" if stranger == "no answer" else "registered"
    take_in(other if stranger == "another register" else there, between.ANSWERED, key, 1, {"answer": answer})
    assert inbox.apply_waiting() == 0
    assert InMessage.objects.get().state == "aside"
    question.refresh_from_db()
    assert question.answer == ""


def test_a_question_of_another_register_is_put_on_file_sealed(there: Peer, household: Household) -> None:
    key = asked_here(there)
    row = OutsideBirth.objects.get(pk=key)
    assert (row.peer, row.to_code, row.from_code) == (there, factories.COMMUNITY + "000", FAR + "000")
    assert (row.late, row.missing, row.asked_on) == (True, "birth_certificate", TODAY)
    assert open_value(row.parents.get(role="mother"), "number") == NUMBER
    change = Change.objects.get(action=between.RECEIVE)
    assert change.place_code == row.to_code
    for word in (NUMBER, "欧阳兰", "李小满"):
        assert word not in change.values


@pytest.mark.parametrize(
    "changed",
    [
        {"home": "990101001001"}, {"asked": "990101001001"}, {"parents": [{"role": "mother"}, {"role": "mother"}]},
        {"day": "gestern"}, {"day": "0001-01-01"}, {"parents": [{"role": "mother", "birth_date": "9999-12-31"}]},
        {"missing": ["<b>"]},
    ],
)  # fmt: skip
def test_what_another_register_may_not_ask_or_not_so_is_set_aside(
    there: Peer, household: Household, changed: dict[str, Any]
) -> None:
    asked_here(there, **changed)
    assert InMessage.objects.get().state == "aside"
    assert not OutsideBirth.objects.exists()


def test_somebody_of_the_place_answers_once_and_it_is_sent(there: Peer, household: Household) -> None:
    key = asked_here(there)
    for actor, error in ((zhao_viewer(), NotAllowed), (han_viewer(), OutOfReach)):
        with pytest.raises(error):
            actions.answer_outside(actor=actor, birth_id=key, answer="registered", text="", reason="查户籍")
    with pytest.raises(Refused) as refusal:
        actions.answer_outside(actor=qian_viewer(), birth_id=key, answer="differs", text=" ", reason="查户籍")
    assert refusal.value.field == "text"
    assert not OutMessage.objects.exists()
    actions.answer_outside(actor=qian_viewer(), birth_id=key, answer="differs", text="姓名不同", reason="查户籍")
    assert sent(between.ANSWERED) == {"answer": "differs", "words": "姓名不同", "by": qian_viewer().name}
    with pytest.raises(Refused):
        actions.answer_outside(actor=qian_viewer(), birth_id=key, answer="registered", text="", reason="查户籍")
    assert OutMessage.objects.count() == 1


def test_the_pages_show_who_is_asked_about_and_who_has_the_number_here(
    client: Client, there: Peer, household: Household
) -> None:
    mother = one(household, "10")
    factories.document(of=mother, number=NUMBER)
    key = asked_here(there)
    page = reverse("vitals:answer_outside", args=[key])
    sign_in(client, ZHAO)
    assert client.get(page).status_code == 403
    sign_in(client, QIAN)
    listed = client.get(reverse("vitals:outside")).content.decode()
    for word in ("欧阳兰", "李小满", "临溪县", page):
        assert word in listed
    shown = client.get(page).content.decode()
    for word in ("欧阳兰", NUMBER, "逾期登记", "出生医学证明", reverse("people:person", args=[mother.pk])):
        assert word in shown, word
    assert Seen.objects.filter(look=Look.objects.latest("id"), person_id=mother.pk).exists()
    assert client.post(page, {"answer": "registered", "text": "", "reason": "查户籍"}).status_code == 302
    assert "欧阳兰" not in client.get(reverse("vitals:outside")).content.decode()
    assert OutsideBirth.objects.get().answered_by_name == qian_viewer().name


def test_the_list_asks_no_more_with_more_on_it(client: Client, there: Peer, household: Household) -> None:
    sign_in(client, QIAN)
    counts = []
    for number in (1, 2, 3):
        asked_here(there, uuid.UUID(int=number))
        with CaptureQueriesContext(connections["default"]) as queries:
            client.get(reverse("vitals:outside"))
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_questions_and_errors_end_after_their_time(there: Peer, household: Household) -> None:
    key, event = asked_here(there), ask(household)
    wrong = annul(born(household, another_child=True))
    assert retention.erase_over(actor=MACHINE, today=TODAY) == 0
    later = TODAY + dt.timedelta(days=2 * 366)
    assert retention.erase_over(actor=MACHINE, today=later) == 2
    assert not OutsideBirth.objects.filter(pk=key).exists()
    assert not OutsideParent.objects.exists()
    assert not event.questions.exists()
    assert retention.erase_over(actor=MACHINE, today=TODAY + dt.timedelta(days=3 * 366)) == 1
    assert list(VitalEvent.objects.values_list("pk", flat=True)) == [event.pk]
    assert wrong.pk != event.pk
    assert Person.objects.filter(pk=event.person_id).exists()


def test_the_database_holds_to_one_parent_of_a_role_and_to_an_answer_with_its_day(
    there: Peer, household: Household
) -> None:
    birth = OutsideBirth.objects.get(pk=asked_here(there))
    for row in (OutsideParent(birth=birth, role="mother"), OutsideParent(birth=birth, role="adopter")):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
    for fields in ({"answer": "registered"}, {"answered_on": TODAY}, {"precision": "century"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OutsideBirth.objects.filter(pk=birth.pk).update(**fields)
