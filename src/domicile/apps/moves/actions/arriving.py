"""The destination's side: somebody arrives (MO-3), with a declaration or without one."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import applying, homes, policies
from domicile.apps.moves.actions import requesting
from domicile.apps.moves.actions.stepping import (
    RULE,
    begun_at,
    check_answered,
    check_free,
    close_or_keep,
    confirm_if_agreed,
    died_on,
    people_of,
    relocate,
    same,
    says,
    take,
)
from domicile.apps.moves.messages.sending import ask_elsewhere, keeper_of, tell_gone
from domicile.apps.moves.models import Move, MoveEnd, MovePerson, Side, Where
from domicile.apps.moves.policies import Ends
from domicile.apps.moves.records import moving
from domicile.apps.moves.selectors.candidates import holds_number
from domicile.apps.peers import directory
from domicile.apps.peers.models import Peer
from domicile.apps.people import visibility
from domicile.apps.people.actions.households import refuse_household_twice, tie_parents
from domicile.apps.people.actions.persons import NewPerson, create_person, refuse_twice
from domicile.apps.people.actions.residence import check_reason, join_registered, usual_stays
from domicile.apps.people.items import HERE
from domicile.apps.people.models import HEAD, Household, Person, Spell
from domicile.apps.people.scope import person_in_scope
from domicile.apps.places.models import Dwelling
from domicile.apps.places.scope import dwelling_in_scope
from domicile.core.moves import TooEarly, from_day


@dataclass(frozen=True)
class Arrive:
    """Those of a declared move who arrived at a dwelling; `person_ids` () for all of them. `day`: the first day here.

    `into_id`: a household there that they join; else they form their own, headed by `head_id` or by whoever headed them
    before. `document_number`: how a declaration to another area was found.
    """

    move_id: uuid.UUID
    dwelling_id: uuid.UUID
    day: dt.date
    person_ids: tuple[uuid.UUID, ...] = ()
    into_id: uuid.UUID | None = None
    head_id: uuid.UUID | None = None
    relations: dict[str, str] = field(default_factory=dict)
    document_number: str = ""


@dataclass(frozen=True)
class Ask:
    """An arrival without a declaration: somebody on file (`person_id`), or people who are not (`people`)."""

    dwelling_id: uuid.UUID
    day: dt.date
    person_id: uuid.UUID | None = None
    people: tuple[NewPerson, ...] = ()
    into_id: uuid.UUID | None = None
    relation: str = ""
    reason_code: str = ""
    document_number: str = ""


@transaction.atomic
def arrive(*, actor: Viewer, reason: str, evidence: str = "", arguments: Arrive) -> uuid.UUID:
    """Register an arrival: from its day on the destination counts and the origin does not; returns the move's id.

    Where both ends then say the same, both have confirmed. Those who have not come stay in a move of their own. Raises
    Refused, OutOfReach.
    """
    dwelling, today = dwelling_in_scope(actor, arguments.dwelling_id), timezone.localdate()
    _check_home(dwelling, arguments.day, today)
    move, ends = _declared(actor, arguments)
    people = people_of(move)
    came = list(dict.fromkeys(arguments.person_ids)) or people
    if set(came) - set(people):
        raise Refused(_("Somebody of these is not of this move. Open it again."), "who")
    _check_where_they_live(actor, ends, came, dwelling)
    if keeper_of(move) is not None:
        requesting.arrival(move, ends, came, dwelling, actor, reason, evidence, arguments)
        return move.pk
    head, relations = homes.relations_now(came)
    with moving(actor, "moves.arrive", move, ends.destination, reason, evidence) as change:
        if set(came) < set(people):
            split(move, ends, [person for person in people if person not in came], actor, change)
        state, owner = move.state, move.owner
        relocated = Ends(ends.origin, ends.destination)
        change.update(ends.destination, code=dwelling.place_code, dwelling=dwelling)
        relocate(move, "arrive", relocated, came, change, state=state, owner=owner, day=arguments.day)
        homes.leave_homes(came, arguments.day, change, new_head_id=move.new_head_id)
        household = homes.settle(
            actor, dwelling, came, arguments.day, change, into_id=arguments.into_id, head_id=arguments.head_id or head,
            relations=arguments.relations or ({} if arguments.into_id else relations),
        )  # fmt: skip
        says(ends.destination, actor, change, household=household, to_where=Where.AREA, to_code=dwelling.place_code,
             day=arguments.day, evidence=evidence[:200])  # fmt: skip
        for row in MovePerson.objects.filter(move=move):
            change.update(row, by_destination=True)
        take(move, "arrive", to="arrived", by="destination", actor=actor, change=change, day=arguments.day, reason=reason,
             evidence=evidence)  # fmt: skip
        tell_gone(move, ends, change, to_code=dwelling.place_code)
        confirm_if_agreed(move, ends, actor, change, today)
        close_or_keep(move, ends, change)
    return move.pk


@transaction.atomic
def ask(*, actor: Viewer, reason: str, evidence: str = "", arguments: Ask) -> uuid.UUID:
    """Register an arrival of which no declaration is found, and have the place left asked; returns the move's id.

    Whoever counts nowhere else in this register counts here at once. Who still counts elsewhere lives here for the time
    being until that place answers. Raises Refused, OutOfReach.
    """
    dwelling, today = dwelling_in_scope(actor, arguments.dwelling_id), timezone.localdate()
    _check_home(dwelling, arguments.day, today)
    check_reason(arguments.reason_code)
    if (arguments.person_id is None) == (not arguments.people):
        raise Refused(_("Choose somebody on file, or give the particulars of somebody new."), "who")
    known = _known(actor, arguments) if arguments.person_id is not None else None
    began = begun_at([known.pk] if known is not None else [])
    move = Move(state="asked", owner=Side.DESTINATION, made_at=began, reason=arguments.reason_code)
    stay = usual_stays([known.pk]).get(known.pk) if known is not None else None
    if known is not None:
        origin = _origin_of(move, known, stay)
    else:
        origin = MoveEnd(move=move, side=Side.ORIGIN, code=_registered(arguments.people[0]))
    peer = _asked_elsewhere(origin) if stay is None else None
    for_now = stay is not None or peer is not None
    own = arguments.into_id or new_id()
    kind, subject = ("person", known.pk) if known is not None else ("person" if for_now else "household", own)
    with recording(
        actor=actor, action="moves.ask", subject_kind=kind, subject_id=subject, place_code=dwelling.place_code,
        reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        move.owner = Side.ORIGIN if for_now else Side.DESTINATION
        change.create(move)
        change.create(origin)
        if known is not None:
            people = [known.pk]
            household = _settle_known(actor, dwelling, known, arguments, change, for_now=for_now)
        else:
            people, household = _settle_new(actor, dwelling, own, arguments, change, for_now=for_now)
        destination = change.create(_destination(move, dwelling, household, actor, arguments.day, evidence))
        relations = [new.relation for new in arguments.people] or [arguments.relation]
        for person, relation in zip(people, relations, strict=True):
            change.create(MovePerson(move=move, person_id=person, by_destination=True, relation=relation))
        ends = Ends(origin, destination)
        take(move, "ask", to="asked", by="destination", actor=actor, change=change, day=arguments.day, reason=reason,
             evidence=evidence, counts_at_origin=for_now)  # fmt: skip
        if peer is not None:
            ask_elsewhere(move, ends, peer, change)
        elif not origin.code:  # nobody can be asked, and nobody waits for an answer
            take(move, "confirm", to="confirmed", by=RULE, actor=actor, change=change)
        close_or_keep(move, ends, change)
    return move.pk


def _declared(actor: Viewer, arguments: Arrive) -> tuple[Move, Ends]:
    """The declared move: told to the actor's area, or found by the number on the mover's document. Raises OutOfReach."""
    move = Move.objects.select_for_update().filter(pk=arguments.move_id).first()
    if move is None:
        raise OutOfReach()
    ends, people = policies.ends_of(move), people_of(move)
    if not policies.parties(actor, ends) and not holds_number(people, arguments.document_number):
        raise OutOfReach(people)
    check_free(move, people)
    check_answered(people)
    return move, ends


def _check_home(dwelling: Dwelling, day: dt.date, today: dt.date) -> None:
    if dwelling.in_use_to is not None:
        raise Refused(_("This dwelling is demolished: nobody can move in."), "where")
    if day > today:
        raise Refused(_("This day lies in the future."), "day")


def _check_where_they_live(actor: Viewer, ends: Ends, people: Sequence[uuid.UUID], dwelling: Dwelling) -> None:
    """Whether they still live where the declaration says: else it is not this move's to end that stay. Raises Refused.

    Who lives in the dwelling already does not arrive there: what made that stay would be taken back with this arrival.
    """
    if Person.objects.filter(pk__in=people, died_on__isnull=False).exists():
        raise Refused(_("Somebody of these has died: take them out of those who arrive."), "who")
    for stay in usual_stays(people).values():
        code = stay.dwelling.place_code
        if stay.dwelling_id == dwelling.pk:
            raise Refused(
                _(
                    "Somebody of these lives in this dwelling already: who has not left is noted as returned where they left."
                ),
                "where",
            )
        if stay.dwelling_id != ends.origin.dwelling_id and code != ends.origin.code and not actor.covers(code):
            raise Refused(
                _("Somebody of these lives elsewhere by now: register the arrival without this declaration."), "who"
            )


def split(move: Move, ends: Ends, staying: Sequence[uuid.UUID], actor: Viewer, change: Recorder) -> None:
    """Those who have not come yet: a move of their own, in the state in which this one is. Who has died is in neither."""
    died = died_on(staying)
    for row in MovePerson.objects.filter(move=move, person_id__in=[one for one in staying if died[one] is not None]):
        change.delete(row)
    staying = [one for one in staying if died[one] is None]
    if not staying:
        return
    rest = change.create(
        Move(
            state="declared", owner=Side.ORIGIN, made_at=begun_at(staying), household=move.household, new_head=move.new_head,
            reason=move.reason, expected_return=move.expected_return, part_of=move.part_of or move,
        )
    )  # fmt: skip
    for end in (ends.origin, ends.destination):
        fields = {
            name: getattr(end, name)
            for name in ("side", "code", "to_where", "to_code", "to_text", "day", "evidence", "said_at", "said_by",
                         "said_by_name")
        }  # fmt: skip
        change.create(MoveEnd(move=rest, dwelling=end.dwelling, **fields))
    for row in MovePerson.objects.filter(move=move, person_id__in=staying):
        change.update(row, move=rest)
    take(rest, "declare", to="declared", by="origin", actor=actor, change=change, day=ends.origin.day)
    if move.state in {"told", "lapsed"}:
        take(rest, "tell", to="told", by=RULE, actor=actor, change=change)
    elif move.state == "away":
        take(rest, "depart", to="away", by="clock", actor=actor, change=change, day=ends.origin.day)
    close_or_keep(rest, policies.ends_of(rest), change)


def _known(actor: Viewer, arguments: Ask) -> Person:
    """The person on file: in the actor's areas, or the one whose number stands on the document shown. Raises OutOfReach."""
    key = arguments.person_id or uuid.UUID(int=0)
    if holds_number([key], arguments.document_number):
        person = Person.objects.select_for_update().filter(pk=key).first()
        if person is None:
            raise OutOfReach([key])
    else:
        person = person_in_scope(actor, key, lock=True)
    if person.died_on is not None:
        raise Refused(_("This person has died."), "who")
    check_answered([person.pk])
    if MovePerson.objects.filter(person=person, under_way=True).exists():
        raise Refused(_("A move of this person is under way already: register the arrival there."), "who")
    return person


def _origin_of(move: Move, person: Person, stay: Spell | None) -> MoveEnd:
    """The end that is asked: where the person counts, here or in a linked register; else where they are registered."""
    if stay is not None:
        return MoveEnd(move=move, side=Side.ORIGIN, code=stay.dwelling.place_code, dwelling=stay.dwelling)
    left = policies.left_for([person.pk])
    if left and not policies.in_register(left) and directory.is_linked(left):
        return MoveEnd(move=move, side=Side.ORIGIN, code=left)
    code = person.registered_code if person.registration == Person.Registration.AREA else ""
    return MoveEnd(move=move, side=Side.ORIGIN, code=code.ljust(15, "0") if code else "")


def _registered(new: NewPerson) -> str:
    """Where somebody new is registered, as a place code: that place is asked. '' where nobody can be."""
    if new.registered != "elsewhere" or not new.registered_code.isdigit():
        return ""
    return new.registered_code.ljust(15, "0")


def _destination(
    move: Move, dwelling: Dwelling, household: Household | None, actor: Viewer, day: dt.date, evidence: str
) -> MoveEnd:
    return MoveEnd(
        move=move, side=Side.DESTINATION, code=dwelling.place_code, dwelling=dwelling, household=household,
        to_where=Where.AREA, to_code=dwelling.place_code, day=day, evidence=evidence[:200], said_at=timezone.now(),
        said_by=actor.user_id, said_by_name=actor.name,
    )  # fmt: skip


def _settle_known(
    actor: Viewer, dwelling: Dwelling, person: Person, arguments: Ask, change: Recorder, *, for_now: bool
) -> Household | None:
    """Somebody on file: here for the time being while another place counts, else at once. The household joined then."""
    line = applying.line_of_person(person.pk, lock=True)
    if same(line, dwelling.pk.hex):
        raise Refused(_("This person lives here already."), "who")
    try:
        new = from_day(line, arguments.day, dwelling.pk.hex)
    except TooEarly as early:
        raise Refused(_("Another stay began on {day}: give a later day.").format(day=early.start), "day") from early
    if for_now:
        applying.stay_for_now(person.pk, dwelling, arguments.day, arguments.reason_code, change)
        return _home_to_join(dwelling, arguments)
    applying.write(person.pk, line, new, change, reason=arguments.reason_code)
    homes.leave_homes([person.pk], arguments.day, change)
    relations = {str(person.pk): arguments.relation}
    return homes.settle(
        actor, dwelling, [person.pk], arguments.day, change, into_id=arguments.into_id, relations=relations
    )


def _settle_new(
    actor: Viewer, dwelling: Dwelling, own_id: uuid.UUID, arguments: Ask, change: Recorder, *, for_now: bool
) -> tuple[list[uuid.UUID], Household | None]:
    """People who are not on file yet: living here in one household, at once or for the time being.

    `own_id` becomes the key of their household, or, for the time being, of the first of them.
    """
    people = [own_id if for_now and place == 0 else new_id() for place in range(len(arguments.people))]
    relations: dict[str, str] = {}
    into = _home_to_join(dwelling, arguments)
    if into is None:
        refuse_household_twice(dwelling.pk, arguments.people[0])
    for person, new in zip(people, arguments.people, strict=True):
        made = create_person(actor, person, dwelling, new, change)
        if into is not None:
            refuse_twice(into, made.name, made.birth_date)
        reason = new.reason_code or arguments.reason_code
        if for_now:
            applying.stay_for_now(person, dwelling, arguments.day, reason, change)
        else:
            applying.write(person, (), from_day((), arguments.day, dwelling.pk.hex), change, reason=reason)
        relations[str(person)] = new.relation
    if arguments.into_id is None:
        relations.pop(str(people[0]))
    household = into if for_now else homes.settle(
        actor, dwelling, people, arguments.day, change, into_id=arguments.into_id, own_id=own_id, relations=relations
    )  # fmt: skip
    for person, new in zip(people, arguments.people, strict=True):
        if new.registered == HERE and not for_now:
            first = into is None and person == people[0]
            join_registered(dwelling, person, HEAD if first else new.relation, arguments.day, change)
        tie_parents(actor, person, new.parents, change)
    visibility.refresh_all(people, change)
    return people, household


def _home_to_join(dwelling: Dwelling, arguments: Ask) -> Household | None:
    """The household there that they say they join, as it stands; it is looked at again when they count."""
    into = Household.objects.filter(dwelling=dwelling, ended_on=None, side=Household.Side.LIVING)
    return into.filter(pk=arguments.into_id).first() if arguments.into_id else None


def _asked_elsewhere(origin: MoveEnd) -> Peer | None:
    """The other register that is to be asked, where the place left lies in one."""
    if not origin.code or policies.in_register(origin.code):
        return None
    return directory.peer_for(origin.code)
