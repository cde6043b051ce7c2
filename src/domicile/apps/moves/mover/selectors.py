"""What movers have said: what waits, on whose page it shows, and what a form begins with."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import policies, words
from domicile.apps.moves.models import Move, MoveEnd
from domicile.apps.moves.mover import actions, codes
from domicile.apps.moves.mover import policies as own
from domicile.apps.moves.mover import words as own_words
from domicile.apps.moves.mover.models import MoverCode, MoverWord
from domicile.apps.people.models import Person
from domicile.apps.people.selectors import words as people_words
from domicile.apps.vault.sealing import open_many
from domicile.core.linkage.names import split_name

MOST, COMMUNITY = 200, 12


@dataclass(frozen=True, slots=True)
class WordLine:
    """A word as staff read it. `step` is what it asks for, while it waits and the move stands so that it can be done."""

    id: uuid.UUID
    wish: str
    label: str
    names: str
    persons: list[uuid.UUID]
    first: uuid.UUID
    day: dt.date | None
    day_label: str
    where: str
    reason: str
    expected_return: dt.date | None
    contact: str
    said_at: dt.datetime
    outcome: str
    settled: str
    step: str
    move_id: uuid.UUID | None
    here: bool

    @property
    def step_label(self) -> str:
        """What its button says."""
        return str(own_words.STEPS[self.step]) if self.step else ""


def waiting() -> "QuerySet[MoverWord]":
    """Words that nobody has seen to, whoever asks: for rules of tasks. `place_code` says whose they are."""
    asks = Q(wish="leaving", move__isnull=True)
    for wish, states in own.OFFERED.items():
        asks |= Q(wish=wish, move__state__in=states)
    return MoverWord.objects.filter(asks, outcome="").select_related("move").order_by("said_at", "pk")


def words_that_wait(viewer: Viewer) -> list[WordLine]:
    """Words that wait in the viewer's areas, the oldest first; looked at on record. A fixed number of queries."""
    viewer.require("view_person")
    rows = list(restrict(waiting(), viewer, "place_code")[:MOST])
    lines = _lines(viewer, rows)
    record_look(viewer, question="mover_words", persons=[one for line in lines for one in line.persons])
    return lines


def of_move(viewer: Viewer, move: Move) -> list[WordLine]:
    """What was said of a move that the viewer may see, the latest first; whoever shows it has recorded the look."""
    rows = MoverWord.objects.filter(move=move).select_related("move").order_by("-said_at", "-pk")
    return _lines(viewer, list(rows))


def find_word(viewer: Viewer, word_id: uuid.UUID) -> WordLine:
    """One word inside the viewer's areas; looked at on record. Raises OutOfReach."""
    viewer.require("view_person")
    word = MoverWord.objects.select_related("move").filter(pk=word_id).first()
    if word is None or not actions.reaches(viewer, word):
        raise OutOfReach([word.person_id] if word is not None else [])
    (line,) = _lines(viewer, [word])
    record_look(viewer, question="mover_words", persons=line.persons)
    return line


def word_for(viewer: Viewer, word_id: str, *, wish: str, about: uuid.UUID) -> MoverWord | None:
    """The word that a form begins with: one that waits, of this wish, about this move or person, in reach; else None."""
    try:
        key = uuid.UUID(word_id)
    except ValueError:
        return None
    word = waiting().filter(pk=key, wish=wish).first()
    if word is None or about not in {word.move_id, word.person_id} or not actions.reaches(viewer, word):
        return None
    return word


def latest_arrival(viewer: Viewer, move: Move) -> MoverWord | None:
    """The word on an arrival that waits on this move and names where it was expected. Two queries at most."""
    word = waiting().filter(move=move, wish=MoverWord.Wish.ARRIVED).last()
    return word if word is not None and own.step_of(word, policies.ends_of(move)) == "arrive" else None


def on_page(viewer: Viewer, move: Move) -> dict[str, Any]:
    """What the page of a move shows of it: what was said, and whether the viewer may give a code or see to a word."""
    proposes = viewer.may("propose_change") or viewer.may("apply_change")
    return {
        "said": of_move(viewer, move), "may_propose": proposes, "may_give_code": proposes and bool(own.wishes(move))
    }  # fmt: skip


def line_of(viewer: Viewer, word: MoverWord) -> WordLine:
    """A word as staff read it beside the form that it fills; the contact is shown, so the look is recorded."""
    (line,) = _lines(viewer, [word])
    record_look(viewer, question="mover_words", persons=line.persons)
    return line


def arrived_by(word: MoverWord, people: Sequence[tuple[uuid.UUID, str]]) -> dict[str, Any]:
    """What the form of an arrival begins with: those of the move who were named, the day, on whose word."""
    named = set(actions.named([word])[word.pk])
    came = [str(person) for person, _name in people if person in named]
    return {"who": came, "day": word.day.isoformat() if word.day else "", "reason": str(own_words.REASON)}


def declared_by(word: MoverWord) -> dict[str, Any]:
    """What the form of a declaration begins with."""
    return {
        "who": [str(person) for person in actions.named([word])[word.pk]], "day": word.day, "to_where": word.to_where,
        "area": word.to_code[:COMMUNITY], "to_text": word.to_text, "reason_code": word.reason_code,
        "expected_return": word.expected_return, "reason": str(own_words.REASON),
    }  # fmt: skip


def masked_names(people: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names as `masked` writes them. One query."""
    found = dict(Person.objects.filter(pk__in=people).values_list("pk", "name"))
    return {person: masked(found[person]) for person in people if person in found}


def masked(name: str) -> str:
    """李小红 → 李*红, 李红 → 李*, Anna → A***: told apart by the family, and nobody's whole name where a code opens a page."""
    surname, given = split_name(name)
    if not surname:
        return given[:1] + "*" * len(given[1:4]) if given else "*"
    return surname + "*" * max(len(given) - 1, 1) + given[1:][-1:]


def just_given(viewer: Viewer, text: str) -> MoverCode | None:
    """The code with this text that the viewer gave and nobody has used: to print its slip."""
    code = MoverCode.objects.filter(digest=codes.digest_of(text), used_at=None, stopped_at=None).first()
    return code if code is not None and codes.is_good(code) and code.given_by == viewer.user_id else None


def _lines(viewer: Viewer, rows: Sequence[MoverWord]) -> list[WordLine]:
    named = actions.named(rows)
    people = {person for found in named.values() for person in found}
    names = dict(Person.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}
    ends: dict[uuid.UUID, dict[str, MoveEnd]] = {}
    for end in MoveEnd.objects.filter(move__in={row.move_id for row in rows if row.move_id}) if rows else ():
        ends.setdefault(end.move_id, {})[end.side] = end
    areas = {
        code: in_one(steps) for code, steps in trails({row.to_code for row in rows if row.to_code}).items() if steps
    }
    mine = [row for row in rows if viewer.covers(row.place_code)]
    contacts = open_many(mine, "contact") if mine else {}
    lines = []
    for row in rows:
        pair = ends.get(row.move_id) if row.move_id is not None else None
        both = policies.Ends(pair["origin"], pair["destination"]) if pair else None
        waits = own.still_asks(row)
        lines.append(
            WordLine(
                row.pk, row.wish, str(own_words.WISHES[row.wish]),
                people_words.listed(people_words.name(names[one]) for one in named[row.pk]), named[row.pk], row.person_id,
                row.day, str(own_words.DAYS[row.wish]), where_of(row, areas),
                people_words.coded("inflow_reason", row.reason_code), row.expected_return, contacts.get(row.pk, ""),
                timezone.localtime(row.said_at), row.outcome, row.settled_by_name, own.step_of(row, both) if waits else "",
                row.move_id, viewer.covers(row.place_code),
            )
        )  # fmt: skip
    return lines


def where_of(word: MoverWord, areas: dict[str, str]) -> str:
    """Where they are or go, in words."""
    if word.to_where:
        return words.to_where(MoveEnd(to_where=word.to_where, to_code=word.to_code, to_text=word.to_text), areas)
    return word.to_text


def row_of(word_id: uuid.UUID) -> MoverWord:
    """The stored word, for whoever has found it by `find_word`."""
    return MoverWord.objects.get(pk=word_id)
