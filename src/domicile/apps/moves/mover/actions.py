"""Give a code, say something with it, take up or set aside what was said."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import policies
from domicile.apps.moves.actions.declaring import destination_of
from domicile.apps.moves.actions.stepping import check_not_far, locked, people_of
from domicile.apps.moves.models import Move, MoveEnd
from domicile.apps.moves.mover import codes
from domicile.apps.moves.mover import policies as own
from domicile.apps.moves.mover.models import MoverCode, MoverWord, MoverWordPerson
from domicile.apps.people.models import Member
from domicile.apps.people.scope import home_code, person_in_scope
from domicile.apps.vault.sealing import seal

GIVE, SAY, TAKE_UP, SET_ASIDE = "moves.give_code", "moves.say", "moves.take_up_word", "moves.set_word_aside"
Wish = MoverWord.Wish


@dataclass(frozen=True)
class Given:
    """A code that was just given; `text` is known now and never again."""

    code: MoverCode
    text: str


@dataclass(frozen=True)
class Said:
    """What a mover says. `person_ids`: of those whom the code is for; `day` as the wish has it."""

    wish: str
    person_ids: tuple[uuid.UUID, ...]
    day: dt.date | None = None
    to_where: str = ""
    to_code: str = ""
    to_text: str = ""
    reason_code: str = ""
    expected_return: dt.date | None = None
    contact: str = ""


@transaction.atomic
def give_for_move(*, actor: Viewer, move_id: uuid.UUID) -> Given:
    """A code with which the mover says how a move went; an earlier one that nobody used opens nothing any more."""
    _check_may_give(actor)
    move, ends = locked(actor, move_id)
    if not own.wishes(move):
        raise Refused(_("This move has ended: there is nothing left to say."))
    place = next(end.code for end in (ends.origin, ends.destination) if end.code and actor.covers(end.code))
    return _give(actor, place, people_of(move)[0], move=move)


@transaction.atomic
def give_for_person(*, actor: Viewer, person_id: uuid.UUID) -> Given:
    """A code with which somebody declares a move of their own household, once."""
    _check_may_give(actor)
    person = person_in_scope(actor, person_id, lock=True)
    place = home_code(actor, person.pk)
    if not place:
        raise OutOfReach([person.pk])
    if person.died_on is not None:
        raise Refused(_("This person has died."))
    return _give(actor, place, person.pk, person=person)


def _check_may_give(actor: Viewer) -> None:
    actor.require("view_person")
    if not actor.may("apply_change"):
        actor.require("propose_change")


def _give(actor: Viewer, place: str, subject: uuid.UUID, **about: object) -> Given:
    now, text = timezone.now(), codes.new_code()
    if actor.user_id is None:
        raise Refused(_("A code is given by somebody."))
    with recording(actor=actor, action=GIVE, subject_kind="person", subject_id=subject, place_code=place) as change:
        for earlier in MoverCode.objects.filter(used_at=None, stopped_at=None, **about):
            change.update(earlier, stopped_at=now)
        code = MoverCode(
            place_code=place, digest=codes.digest_of(text), given_by=actor.user_id, given_by_name=actor.name,
            given_at=now, good_until=timezone.localdate() + dt.timedelta(days=codes.days_good()), **about,
        )  # fmt: skip
        change.create(code)
    return Given(code, text)


@transaction.atomic
def say(*, actor: Viewer, code_id: uuid.UUID, arguments: Said) -> MoverWord:
    """Keep what the mover says; nobody's record changes by it. A code speaks once. Raises Refused."""
    code = MoverCode.objects.select_for_update(of=("self",)).select_related("move", "person").get(pk=code_id)
    if code.used_at is not None or not codes.is_good(code):
        raise Refused(_("This code was used already."))
    chosen = [person for person in going(code) if person in arguments.person_ids]
    if not chosen:
        raise Refused(_("Choose who it is about."), "who")
    if arguments.day is not None:  # not compared with the birth date, which a code in wrong hands would tell by and by
        check_not_far(arguments.day)
    word = _word(code, chosen[0], arguments)
    with recording(
        actor=actor, action=SAY, subject_kind="person", subject_id=chosen[0], place_code=word.place_code
    ) as change:  # fmt: skip
        word.contact = seal(word, "contact", arguments.contact)
        change.create(word)
        change.create_many([MoverWordPerson(word=word, person_id=person) for person in chosen])
        change.update(code, used_at=word.said_at)
    return word


def going(code: MoverCode) -> list[uuid.UUID]:
    """Whom a code is for: those of the move, or the present household of whoever was given it. One query."""
    if code.move_id is not None:
        return people_of(code.move_id)
    own_rows = Member.objects.filter(person=code.person, side="living", left_on__isnull=True)
    rows = Member.objects.filter(household__in=own_rows.values("household_id"), side="living", left_on__isnull=True)
    found = list(rows.order_by("relation", "pk").values_list("person_id", flat=True))
    first = [code.person_id] if code.person_id is not None else []
    return [*first, *(person for person in found if person != code.person_id)]


def _word(code: MoverCode, first: uuid.UUID, said: Said) -> MoverWord:
    today = timezone.localdate()
    wishes = own.wishes(code.move) if code.move is not None else [Wish.LEAVING.value]
    if said.wish not in wishes:
        raise Refused(_("The move stands otherwise by now. Open it again."))
    where, to_code, text = "", "", said.to_text.strip()
    if said.wish in {Wish.ELSEWHERE, Wish.LEAVING}:
        where, to_code, text = destination_of(said.to_where, said.to_code, text)
    elif said.wish == Wish.ARRIVED and said.to_code:
        where, to_code, text = destination_of("area", said.to_code, text)
    if said.day is None and said.wish in {Wish.ARRIVED, Wish.BACK, Wish.LEAVING}:
        raise Refused(_("Give the day."), "day")
    if said.day is not None and said.day > today and said.wish in {Wish.ARRIVED, Wish.BACK}:
        raise Refused(_("This day lies in the future."), "day")
    place = code.place_code
    if code.move is not None:
        place = own.waits_at(said.wish, policies.ends_of(code.move), to_code) or place
    leaving = said.wish == Wish.LEAVING
    return MoverWord(
        code=code, move=code.move, person_id=first, place_code=place, wish=said.wish,
        day=said.day if said.wish != Wish.NOT_GOING else None, to_where=where, to_code=to_code, to_text=text,
        reason_code=said.reason_code if leaving else "", expected_return=said.expected_return if leaving else None,
        said_at=timezone.now(),
    )  # fmt: skip


@transaction.atomic
def take_up(*, actor: Viewer, word_id: uuid.UUID, move_id: uuid.UUID | None = None) -> None:
    """Note that staff did or proposed what the word asks for; `move_id`: the move that was declared after it."""
    word, change_of = _waiting(actor, word_id)
    move = Move.objects.filter(pk=move_id).first() if move_id is not None else word.move
    with recording(actor=actor, action=TAKE_UP, **change_of) as change:
        _settle(word, MoverWord.Outcome.TAKEN, actor, change, move=move)


@transaction.atomic
def set_aside(*, actor: Viewer, word_id: uuid.UUID, reason: str) -> None:
    """Note that a word is not followed, and why. Raises Refused."""
    word, change_of = _waiting(actor, word_id)
    if not reason.strip():
        raise Refused(_("Say why."), "reason")
    with recording(actor=actor, action=SET_ASIDE, reason=reason.strip(), **change_of) as change:
        _settle(word, MoverWord.Outcome.SET_ASIDE, actor, change)


def _settle(word: MoverWord, outcome: str, actor: Viewer, change: Recorder, **more: object) -> None:
    change.update(
        word,
        outcome=str(outcome),
        settled_at=timezone.now(),
        settled_by=actor.user_id,
        settled_by_name=actor.name,
        **more,
    )


def _waiting(actor: Viewer, word_id: uuid.UUID) -> tuple[MoverWord, dict[str, Any]]:
    """The word, where it lies inside the actor's areas and waits. Raises OutOfReach, Refused."""
    _check_may_give(actor)
    word = MoverWord.objects.select_for_update().filter(pk=word_id).first()
    if word is None or not reaches(actor, word):
        raise OutOfReach([word.person_id] if word is not None else [])
    if word.outcome:
        raise Refused(_("Somebody has seen to this already."))
    place = word.place_code if actor.covers(word.place_code) else ""
    return word, {"subject_kind": "person", "subject_id": word.person_id, "place_code": place}


def reaches(viewer: Viewer, word: MoverWord) -> bool:
    """Whether the word waits in the viewer's areas, or its move has an end there."""
    if viewer.covers(word.place_code):
        return True
    return restrict(MoveEnd.objects.filter(move=word.move_id), viewer, "code").exists()


def named(words: Sequence[MoverWord]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Whom each word names, in order. One query."""
    found: dict[uuid.UUID, list[uuid.UUID]] = {word.pk: [] for word in words}
    for word, person in (
        MoverWordPerson.objects.filter(word__in=found).order_by("pk").values_list("word_id", "person_id")
    ):
        found[word].append(person)
    return found
