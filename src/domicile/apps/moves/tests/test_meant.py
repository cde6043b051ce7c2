"""A question by which several may be meant: staff choose side by side, or say that it is none of them."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Look, Seen
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.moves.meant import actions, selectors
from domicile.apps.moves.meant.models import MeantQuestion
from domicile.apps.moves.messages import documents
from domicile.apps.moves.models import Move
from domicile.apps.moves.tests.making import LATER, WHY, flat, han_viewer, home, members
from domicile.apps.moves.tests.test_deadlines import years
from domicile.apps.peers import inbox
from domicile.apps.peers.models import InMessage, OutMessage, Peer
from domicile.apps.people.models import Person
from domicile.apps.tasks.models import Task
from domicile.apps.tasks.selectors import open_tasks
from domicile.apps.vault.sealing import data_keys
from tests import factories
from tests.cast import CHEN, QIAN, SUN, qian_viewer, sign_in, sun_viewer, viewer, zhao_viewer
from tests.peers.incoming import own_register, peer, take_in

pytestmark = [pytest.mark.django_db(databases=["default", "log"]), pytest.mark.usefixtures("years")]
__all__ = ["years"]
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
BORN = dt.date(1987, 6, 5)
MOVE, MOVER = uuid.UUID(int=71), uuid.UUID(int=72)


def namesakes(*, apart: bool = False) -> list[Person]:
    """Two people of one sound and birth date: in one community, or in two."""
    found = []
    for number, name in enumerate(("林芳", "林方")):
        person = members(home(1))[0]
        factories.document(of=person, number=factories.number_of(birth_date=BORN, sex="2", serial=801 + number))
        Person.objects.filter(pk=person.pk).update(name=name, sound="linfang", birth_date=BORN, sex="2")
        found.append(Person.objects.get(pk=person.pk))
    if apart:
        there = flat()
        found[1].spells.filter(end=None).update(dwelling=there)
    return found


def asked(sender: Peer, number: int = 1, **fields: Any) -> None:
    """The other register asks about somebody of whom it has no number."""
    now = timezone.now()
    question = documents.Question(
        move=MOVE, made_at=now, asked="770101",
        people=[
            documents.Somebody(mover=MOVER, person=uuid.UUID(int=73), name="林芳", sex="2", birth_date=BORN, **fields)
        ],
        destination=documents.End(code="770102001001", to_where="area", to_code="770102001001", day=LATER, said_at=now),
        step=documents.Step(number=1, step="ask", after="asked", by="destination", day=LATER, at=now),
    )  # fmt: skip
    take_in(sender, documents.QUESTION, MOVE, number, documents.written(question))
    inbox.apply_waiting()


@pytest.fixture
def sender() -> Peer:
    factories.area_tree()
    own_register()
    return peer()


def tasks(actor: Viewer) -> list[uuid.UUID]:
    return [row.pk for row in open_tasks(actor).filter(kind=actions.KIND)]


def waiting() -> MeantQuestion:
    return MeantQuestion.objects.get()


def answers() -> list[str]:
    return [str(row.kind) for row in OutMessage.objects.order_by("pk")]


def test_it_waits_as_a_task_and_nobody_is_chosen(sender: Peer) -> None:
    namesakes()
    asked(sender)
    assert (Move.objects.count(), answers()) == (0, [])
    row = waiting()
    community = factories.GRID[:12] + "000"  # in the grid nobody answers
    assert row.place_code == community
    task = Task.objects.get(subject_id=row.pk)
    assert (task.kind, task.state, task.place_code) == ("move_meant", "open", community)
    assert task.level == "community"
    assert [tasks(actor) for actor in (zhao_viewer("register_maintenance"), qian_viewer())] == [[], [task.pk]]
    assert InMessage.objects.get().state == "applied"
    assert "林芳" not in str(bytes(row.body or b""))


def test_who_is_chosen_is_asked_about_and_the_question_is_gone(sender: Peer) -> None:
    meant, other = namesakes()
    asked(sender)
    row = waiting()
    actions.choose(actor=qian_viewer(), question_id=row.pk, chosen={MOVER: meant.pk}, reason=WHY)
    move = Move.objects.get(pk=MOVE)
    assert (move.state, [one.person_id for one in move.people.all()]) == ("asked", [meant.pk])
    assert not MeantQuestion.objects.exists()
    assert not data_keys([row.pk])  # nobody reads its content in the log of changes
    assert Task.objects.get(subject_id=row.pk).state == "done"
    assert Task.objects.filter(kind="move_answer", subject_id=MOVE, state="open").exists()
    made = Change.objects.get(action=actions.CHOOSE)
    assert (made.actor_id, made.reason) == (QIAN.id, WHY)
    assert Seen.objects.using("log").filter(person_id=other.pk).exists()


def test_none_of_them_is_answered_at_once(sender: Peer) -> None:
    namesakes()
    asked(sender)
    actions.choose(actor=qian_viewer(), question_id=waiting().pk, chosen={MOVER: None}, reason=WHY)
    assert (Move.objects.count(), answers()) == (0, [documents.ANSWER])
    assert not MeantQuestion.objects.exists()


def test_only_who_answers_for_all_places_chooses_and_only_among_those_shown(sender: Peer) -> None:
    meant, _other = namesakes(apart=True)
    asked(sender)
    row = waiting()
    assert row.place_code == factories.TOWNSHIP.ljust(15, "0")
    chosen = {MOVER: meant.pk}
    for actor in (qian_viewer(), han_viewer()):
        with pytest.raises(OutOfReach):
            actions.choose(actor=actor, question_id=row.pk, chosen=chosen, reason=WHY)
    stranger = members(home(1))[0]
    for wrong in ({MOVER: stranger.pk}, {}, {uuid.UUID(int=9): None}):
        with pytest.raises(Refused):
            actions.choose(actor=sun_viewer(), question_id=row.pk, chosen=wrong, reason=WHY)
    with pytest.raises(NotAllowed):
        actions.choose(actor=viewer(CHEN), question_id=row.pk, chosen=chosen, reason=WHY)
    actions.choose(actor=sun_viewer(), question_id=row.pk, chosen=chosen, reason=WHY)
    assert Move.objects.get().state == "asked"


def test_the_other_register_takes_its_question_back(sender: Peer) -> None:
    namesakes()
    asked(sender)
    document = documents.Withdrawal(request=uuid.UUID(int=8), move=MOVE, reason=WHY)
    take_in(sender, documents.WITHDRAWAL, MOVE, 2, documents.written(document))
    inbox.apply_waiting()
    assert not MeantQuestion.objects.exists()
    assert answers() == [documents.ANSWER]
    assert Task.objects.get().state == "done"


def test_the_page_shows_what_agrees_and_differs_and_the_looks_are_on_record(sender: Peer, client: Client) -> None:
    meant, other = namesakes()
    asked(sender)
    address = reverse("moves:question", args=[waiting().pk])
    sign_in(client, QIAN)
    assert "Who is meant (1)" in client.get(reverse("moves:leaving"), **ENGLISH).content.decode()
    assert address in client.get(reverse("moves:questions")).content.decode()
    page = client.get(address, **ENGLISH).content.decode()
    assert meant.name in page
    assert other.name in page
    assert "agrees" in page
    assert "differs" in page  # the name of one of them
    assert "checked" not in page
    looked = Look.objects.using("log").filter(question="move_question", user_id=QIAN.id).count()
    assert looked == 1
    assert client.post(address, {"reason": WHY}).status_code == 422
    assert client.post(address, {"reason": WHY, MOVER.hex: str(uuid.UUID(int=5))}).status_code == 422
    answer = client.post(address, {"reason": WHY, MOVER.hex: str(meant.pk)})
    assert answer.headers["Location"] == reverse("moves:move", args=[MOVE])
    assert client.get(address).status_code == 403
    for actor, status in ((SUN, 200), (CHEN, 403)):
        sign_in(client, actor)
        assert client.get(reverse("moves:questions")).status_code == status


def test_a_second_question_of_the_same_number_is_refused_in_words(sender: Peer) -> None:
    namesakes()
    asked(sender)
    row = waiting()
    asked(sender, 2)
    second = InMessage.objects.order_by("pk").last()
    assert second is not None
    assert second.state == "aside"
    assert waiting() == row


def test_a_year_that_both_know_agrees_and_is_no_day(sender: Peer, client: Client) -> None:
    first, second = namesakes()
    Person.objects.filter(pk=first.pk).update(birth_precision="year")
    asked(sender, birth_precision="year")
    found = selectors.shown(qian_viewer(), waiting().pk)
    (one,) = found.asked
    assert str(BORN.year) in [text for _label, text in one.said]
    born = {person.id: (person.points[2].here, person.points[2].how) for person in one.candidates}
    assert born == {first.pk: (str(BORN.year), "agrees"), second.pk: (BORN.isoformat(), "open")}
    sign_in(client, QIAN)
    page = client.get(reverse("moves:question", args=[found.row.pk])).content.decode()
    assert f"<dd>{BORN.year}</dd>" in page


def test_a_question_follows_those_who_move_meanwhile(sender: Peer, client: Client) -> None:
    meant, other = namesakes()
    asked(sender)
    row = waiting()
    other.spells.filter(end=None).update(dwelling=flat())
    with pytest.raises(OutOfReach):
        actions.choose(actor=qian_viewer(), question_id=row.pk, chosen={MOVER: meant.pk}, reason=WHY)
    sign_in(client, QIAN)
    address, listed = reverse("moves:question", args=[row.pk]), reverse("moves:questions")
    answer = client.get(address, follow=True, **ENGLISH)
    assert answer.redirect_chain == [(listed, 302)]
    page = answer.content.decode()
    assert "lives elsewhere by now" in page
    assert address not in page
    place = factories.TOWNSHIP.ljust(15, "0")
    assert (waiting().place_code, Task.objects.get(subject_id=row.pk).place_code) == (place, place)
    assert (tasks(qian_viewer()), len(tasks(sun_viewer()))) == ([], 1)
    assert Change.objects.get(action=actions.FOLLOW).actor_id == QIAN.id
    actions.choose(actor=sun_viewer(), question_id=row.pk, chosen={MOVER: meant.pk}, reason=WHY)
    assert Move.objects.get().state == "asked"
