"""What forms of leaving, arriving and visiting mean: declarations, arrivals of declared moves, questions to the place left.

Whoever is found gone although a move of theirs is under way is not declared again: the move goes on, or somebody has to look
at it.
"""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from domicile.apps.collect.actions import Subject
from domicile.apps.collect.openrosa.receipts import Receipt
from domicile.apps.collect.openrosa.registry import Form, register_form
from domicile.apps.common.masking import without_numbers
from domicile.apps.fieldwork.collected.changes import HEAD, correcting, newcomer, with_head
from domicile.apps.fieldwork.collected.shipped import MET, dwelling_of, record_visit
from domicile.apps.moves import actions
from domicile.apps.moves.collected import ground as grounds
from domicile.apps.moves.collected.choosing import CHOOSE, Choose
from domicile.apps.moves.collected.ground import NOBODY, Found, MoveGround
from domicile.apps.moves.models import MovePerson, Side, Where
from domicile.core.messages.submissions import Answers

LONGEST = 160
DECLARE, ARRIVE, ASK = "moves.declare", "moves.arrive", "moves.ask"
CONFIRM, DEPART, CORRECT = "moves.confirm", "moves.depart", "moves.correct"


def visiting(receipt: Receipt, answers: Answers) -> None:
    """A visit: who was confirmed, who left, who came, what is wrong; or that nobody was met."""
    dwelling = dwelling_of(receipt, answers)
    if dwelling is None:
        return
    home, ground, outcome = answers.group("home"), receipt.ground, answers.text("outcome")
    record_visit(receipt, answers, dwelling, outcome, living=ground.living(dwelling, home.ids("confirmed")))
    if outcome == MET:
        gone(receipt, home, dwelling)
        come(receipt, home, dwelling)
        correcting(receipt, home)


def leaving(receipt: Receipt, answers: Answers) -> None:
    """Who moved away, and where to."""
    dwelling = dwelling_of(receipt, answers)
    if dwelling is not None:
        record_visit(receipt, answers, dwelling, MET)
        gone(receipt, answers, dwelling)


def arriving(receipt: Receipt, answers: Answers) -> None:
    """Who came."""
    dwelling = dwelling_of(receipt, answers)
    if dwelling is not None:
        record_visit(receipt, answers, dwelling, MET)
        come(receipt, answers, dwelling)


def gone(receipt: Receipt, answers: Answers, dwelling: Subject) -> None:
    """A declaration for each household, and one for each who belongs to none; a move under way goes on."""
    ground: MoveGround = receipt.ground
    left, day = answers.ids("left"), answers.day("left_on")
    if not left or day is None:
        return
    moving = {one for one in left if one in ground.moving and (dwelling.id, one) in ground.stays}
    _go_on(receipt, answers, dwelling, moving, day)
    going, found = [one for one in left if one not in moving], set(moving)
    for _household, present in sorted(ground.members.get(dwelling.id, {}).items()):
        leave = [member for member in present if member.person_id in going]
        found |= {member.person_id for member in leave}
        if not leave:
            continue
        first = sorted(leave, key=lambda member: (member.relation != HEAD, member.relation, member.pk))
        stay = {member.person_id for member in present} - set(left)
        head = answers.id("new_head") if first[0].relation == HEAD and stay else None
        people = [member.person_id for member in first]
        _declare(receipt, answers, dwelling, people, day, head if head in stay else None)
    for person in [one for one in going if one not in found]:
        if (dwelling.id, person) in ground.stays:
            _declare(receipt, answers, dwelling, [person], day, None)
        elif person in ground.moving and dwelling.id in {end.dwelling_id for end in ground.moving[person].ends.all()}:
            _refuse(receipt, dwelling, {person})
        else:
            subject = Subject("person", person, dwelling.place_code)
            why = _("This is no longer on file: it was changed since the phone fetched its lists.")
            receipt.refuse(DECLARE, str(why), subject)


def _declare(
    receipt: Receipt, answers: Answers, dwelling: Subject, people: list[uuid.UUID], day: dt.date, head: uuid.UUID | None
) -> None:
    where, code, text = _where_to(receipt.ground, answers)
    back = answers.day("expected_return")
    receipt.submit(
        action=DECLARE, subject=Subject("person", people[0], dwelling.place_code), reason=receipt.ground.reason,
        arguments=actions.Declare(
            people[0], day, where, code, text, tuple(people[1:]), answers.text("inflow"),
            back if back is not None and back > day else None, head,
        ),
    )  # fmt: skip


def _go_on(receipt: Receipt, answers: Answers, dwelling: Subject, people: set[uuid.UUID], day: dt.date) -> None:
    """Moves under way of which everybody was found gone: the place that asks has its answer, the day is put right.

    One that leads here, or of which only some were found gone, is refused as another declaration would be.
    """
    ground: MoveGround = receipt.ground
    for move in sorted({ground.moving[one] for one in people}, key=lambda move: move.pk):
        ends = {end.side: end for end in move.ends.all()}
        origin, who = ends[Side.ORIGIN], {row.person_id for row in move.people.all()}
        if origin.dwelling_id != dwelling.id or not who <= people:
            _refuse(receipt, dwelling, who & people)
            continue
        subject = Subject("move", move.pk, dwelling.place_code)
        step: tuple[str, Any] | None = None
        if move.state == "asked":
            step = CONFIRM, actions.Confirm(move.pk, _successor(ground, dwelling, who, answers))
        elif move.state in {"declared", "told"} and origin.day != day:
            step = CORRECT, actions.CorrectEnd(move.pk, Side.ORIGIN, day)
        elif move.state == "declared":
            step = DEPART, actions.Depart(move.pk)
        if step is not None:
            receipt.submit(action=step[0], subject=subject, arguments=step[1], reason=ground.reason)
        elif move.state != "told":
            _refuse(receipt, dwelling, who)


def _refuse(receipt: Receipt, dwelling: Subject, people: set[uuid.UUID]) -> None:
    why = str(_("A move of somebody of these is under way already: open it from the card."))
    for person in sorted(people):
        receipt.refuse(DECLARE, why, Subject("person", person, dwelling.place_code))


def _successor(ground: MoveGround, dwelling: Subject, who: set[uuid.UUID], answers: Answers) -> uuid.UUID | None:
    """Who heads the household that a head leaves, as the form says."""
    homes = ground.members.get(dwelling.id, {}).values()
    headed = any(member.relation == HEAD and member.person_id in who for present in homes for member in present)
    head = answers.id("new_head")
    return head if headed and head not in who else None


def _where_to(ground: MoveGround, answers: Answers) -> tuple[str, str, str]:
    """Where to, as declarations have it; older forms did not ask, and what is not known is not guessed."""
    where, chosen = answers.text("to_where"), answers.id("to_area")
    text = without_numbers(answers.text("to_text").strip())[:LONGEST]
    code = ground.areas.get(chosen, "") if chosen is not None else ""
    if where == Where.AREA and code:
        return where, code, text
    if where in {Where.AREA, Where.ELSEWHERE} and text:
        return Where.ELSEWHERE.value, "", text
    return (where, "", text) if where == Where.ABROAD else (Where.UNKNOWN.value, "", text)


def come(receipt: Receipt, answers: Answers, dwelling: Subject) -> None:
    """Who came: by the one declaration that is surely theirs, by one that somebody chooses, or by asking the place left."""
    rows, ground = answers.rows("newcomer"), receipt.ground
    if not rows:
        return
    homes = ground.homes.get(dwelling.id, [])
    into = None
    if homes and answers.text("joins") != "new":
        into = answers.id("household") or (homes[0] if len(homes) == 1 else None)
        if into not in homes:
            receipt.refuse(ASK, str(_("The household that they join is not on file in this dwelling.")))
            return
    sure: dict[uuid.UUID, list[tuple[MovePerson, Answers]]] = {}
    new: list[Answers] = []
    for place, row in enumerate(rows):
        found = ground.newcomers.get((receipt.submission.pk, place), NOBODY)
        mover = _surely(found)
        if mover is not None:
            sure.setdefault(mover.move_id, []).append((mover, row))
        elif found.declared:
            _choose(receipt, dwelling, row, found, into)
        elif len(found.on_file) == 1:
            _ask_known(receipt, dwelling, row, found.on_file[0], into)
        else:
            new.append(row)
    for move, came in sure.items():
        _arrive(receipt, dwelling, move, came, into)
    _ask_new(receipt, dwelling, new, into)


def _surely(found: Found) -> MovePerson | None:
    """The one who holds the number and is declared in one move, under a name that is the same."""
    held = [(mover, one) for mover, one in found.declared if one.way == "number"]
    if len(held) != 1 or "name" in held[0][1].differs:
        return None
    return held[0][0]


def _arrive(
    receipt: Receipt, dwelling: Subject, move: uuid.UUID, came: list[tuple[MovePerson, Answers]], into: uuid.UUID | None
) -> None:
    people = tuple(mover.person_id for mover, _row in came)
    heads = [mover.person_id for mover, row in came if row.text("relation") == HEAD]
    relations = {
        str(mover.person_id): row.text("relation") for mover, row in came if row.text("relation") not in {"", HEAD}
    }
    first = came[0][1]
    arguments = actions.Arrive(
        move, dwelling.id, _since(receipt, first), people, into, heads[0] if heads and into is None else None,
        relations if into is not None or heads else {}, first.text("document_number"),
    )  # fmt: skip
    receipt.submit(
        action=ARRIVE,
        subject=Subject("move", move, dwelling.place_code),
        arguments=arguments,
        reason=receipt.ground.reason,
    )


def _choose(receipt: Receipt, dwelling: Subject, row: Answers, found: Found, into: uuid.UUID | None) -> None:
    offered = tuple(f"{one.way}:{mover.person_id}" for mover, one in found.declared)
    arguments = Choose(dwelling.id, _since(receipt, row), (newcomer(row),), offered, into_id=into)
    receipt.submit(action=CHOOSE, subject=dwelling, arguments=arguments, reason=receipt.ground.reason)


def _ask_known(receipt: Receipt, dwelling: Subject, row: Answers, person: uuid.UUID, into: uuid.UUID | None) -> None:
    arguments = actions.Ask(
        dwelling.id, _since(receipt, row), person, (), into, row.text("relation") if into is not None else "",
        row.text("inflow"), row.text("document_number"),
    )  # fmt: skip
    receipt.submit(action=ASK, subject=dwelling, arguments=arguments, reason=receipt.ground.reason)


def _ask_new(receipt: Receipt, dwelling: Subject, rows: list[Answers], into: uuid.UUID | None) -> None:
    """Those who are not on file: a household of their own together, or each into the one on file, since their own day."""
    if not rows:
        return
    ordered = sorted(rows, key=lambda row: row.text("relation") != HEAD)
    groups: list[tuple[Answers, tuple[Any, ...]]] = (
        [(ordered[0], with_head(ordered))] if into is None else [(row, (newcomer(row),)) for row in rows]
    )
    for first, people in groups:
        arguments = actions.Ask(
            dwelling.id, _since(receipt, first), people=people, into_id=into, reason_code=first.text("inflow")
        )
        receipt.submit(action=ASK, subject=dwelling, arguments=arguments, reason=receipt.ground.reason)


def _since(receipt: Receipt, row: Answers) -> dt.date:
    """The first day here; the day on which the form came where none was told."""
    return row.day("since") or receipt.received_on


def register_all() -> None:
    """Called once at start-up."""
    for form_id, zh, en, version, lists, receive, gather in (
        ("dwelling_visit", "入户走访", "Dwelling visit", "2026112203", ("dwellings", "households", "persons", "areas"),
         visiting, grounds.of_visits),
        ("leaving", "搬离登记", "Leaving", "2026112202", ("dwellings", "persons", "areas"), leaving, grounds.of_leaving),
        ("arriving", "新来登记", "Arriving and check", "2026112202", ("dwellings", "households"), arriving,
         grounds.of_arriving),
    ):  # fmt: skip
        path = settings.FORMS / f"{form_id}.md"
        register_form(Form(form_id, {"zh": zh, "en": en}, path, version, lists, receive, gather=gather))
