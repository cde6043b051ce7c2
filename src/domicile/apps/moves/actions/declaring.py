"""The origin's side: somebody moves away (MO-1), is told of at the destination (MO-2), goes elsewhere, comes back."""

import datetime as dt
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas.models import Area, Grid
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import homes, policies
from domicile.apps.moves.actions.stepping import (
    RULE,
    begun_at,
    check_answered,
    check_free,
    close_or_keep,
    died_on,
    locked,
    people_of,
    relocate,
    says,
    take,
)
from domicile.apps.moves.messages.sending import tell_gone
from domicile.apps.moves.models import Move, MoveEnd, MovePerson, Side, Where
from domicile.apps.moves.policies import Ends
from domicile.apps.moves.records import moving
from domicile.apps.peers import directory
from domicile.apps.people.actions.residence import check_end, check_reason, usual_stays
from domicile.apps.people.models import Member, Spell
from domicile.apps.people.scope import person_in_scope

AREA, PLACE = 12, 15


@dataclass(frozen=True)
class Declare:
    """`day` is the first day no longer living here. `others` are members of the same household who go along.

    `to_where`: area (its code), elsewhere (words, and a code where it is known), abroad (words) or unknown. `new_head_id`
    when the head leaves others behind.
    """

    person_id: uuid.UUID
    day: dt.date
    to_where: str
    to_code: str = ""
    to_text: str = ""
    others: tuple[uuid.UUID, ...] = ()
    reason_code: str = ""
    expected_return: dt.date | None = None
    new_head_id: uuid.UUID | None = None


@dataclass(frozen=True)
class ChangeDestination:
    """They go elsewhere than was said; `day` where that changes too."""

    move_id: uuid.UUID
    to_where: str
    to_code: str = ""
    to_text: str = ""
    day: dt.date | None = None


@dataclass(frozen=True)
class Depart:
    """They have gone, to where nobody can confirm it; on the day that was said."""

    move_id: uuid.UUID


@dataclass(frozen=True)
class Return:
    """They are back at the origin; `day` is the first day that they live there again."""

    move_id: uuid.UUID
    day: dt.date


@transaction.atomic
def declare(*, actor: Viewer, reason: str, evidence: str = "", arguments: Declare) -> uuid.UUID:
    """Put a move on file; returns its id. The stay at the origin counts on until the arrival.

    Where nobody at the destination can answer it counts until the day given. Raises Refused.
    """
    today, people = timezone.localdate(), list(dict.fromkeys([arguments.person_id, *arguments.others]))
    stays = _stays_of(actor, people)
    home = stays[0].dwelling
    where, code, text = destination_of(arguments.to_where, arguments.to_code, arguments.to_text)
    check_reason(arguments.reason_code)
    for stay in stays:
        check_end(stay, arguments.day, "day")
    if arguments.expected_return is not None and arguments.expected_return <= arguments.day:
        raise Refused(_("The return comes after the departure."), "expected_return")
    member = next(iter(homes.living_members(people)), None)
    if member is not None:
        homes.check_successor(member.household, people, arguments.new_head_id)
    move = Move(
        made_at=begun_at(people), household=member.household if member else None, new_head_id=arguments.new_head_id,
        reason=arguments.reason_code, expected_return=arguments.expected_return,
    )  # fmt: skip
    kind, subject = ("household", member.household_id) if member else ("person", people[0])
    with recording(
        actor=actor, action="moves.declare", subject_kind=kind, subject_id=subject, place_code=home.place_code,
        reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        change.create(move)
        origin = MoveEnd(
            move=move, side=Side.ORIGIN, code=home.place_code, dwelling=home, to_where=where, to_code=code, to_text=text,
            day=arguments.day, evidence=evidence[:200], said_at=timezone.now(), said_by=actor.user_id,
            said_by_name=actor.name,
        )  # fmt: skip
        change.create(origin)
        destination = change.create(MoveEnd(move=move, side=Side.DESTINATION, code=code))
        for person in people:
            change.create(MovePerson(move=move, person_id=person, by_origin=True))
        take(move, "declare", to="declared", by="origin", actor=actor, change=change, day=arguments.day, reason=reason,
             evidence=evidence)  # fmt: skip
        go_on(move, Ends(origin, destination), actor, change, today)
        close_or_keep(move, Ends(origin, destination), change)
    return move.pk


@transaction.atomic
def change_destination(*, actor: Viewer, reason: str, evidence: str = "", arguments: ChangeDestination) -> None:
    """Send a move elsewhere: whoever was told before is told no more. Raises Refused."""
    move, ends = locked(actor, arguments.move_id)
    where, code, text = destination_of(arguments.to_where, arguments.to_code, arguments.to_text)
    by = policies.party_for(actor, ends, policies.step("change_destination"))
    people = people_of(move)
    check_free(move, people)
    if move.state == "lapsed" and any(day is not None for day in died_on(people).values()):
        raise Refused(_("Somebody of these has died since it lapsed: declare the move of the others anew."), "who")
    with moving(actor, "moves.change_destination", move, ends.origin, reason, evidence) as change:
        back(move, "change_destination", ends, change, day=ends.origin.day)
        take(move, "change_destination", to="declared", by=by, actor=actor, change=change, day=arguments.day,
             reason=reason, evidence=evidence)  # fmt: skip
        says(
            ends.origin, actor, change, to_where=where, to_code=code, to_text=text, day=arguments.day or ends.origin.day
        )
        tell_gone(move, ends, change, to_code=code)
        change.update(
            ends.destination, code=code, dwelling=None, household=None, to_where="", to_code="", to_text="", day=None,
            said_at=None, said_by=None, said_by_name="", evidence="", handed_at=None,
        )  # fmt: skip
        go_on(move, ends, actor, change, timezone.localdate())
        close_or_keep(move, ends, change)


@transaction.atomic
def depart(*, actor: Viewer, reason: str, evidence: str = "", arguments: Depart) -> None:
    """End the stay at the origin on the day that was said, since nobody at the destination can confirm it. Raises Refused."""
    move, ends = locked(actor, arguments.move_id)
    with moving(actor, "moves.depart", move, ends.origin, reason, evidence) as change:
        leave(move, ends, actor, change, by=policies.party_for(actor, ends, policies.step("depart")), reason=reason)
        close_or_keep(move, ends, change)


@transaction.atomic
def return_home(*, actor: Viewer, reason: str, evidence: str = "", arguments: Return) -> None:
    """They live at the origin again, or have never left it; the history of what lay between stays. Raises Refused."""
    move, ends = locked(actor, arguments.move_id)
    check_free(move, people_of(move))
    by = policies.party_for(actor, ends, policies.step("return"))
    if ends.origin.dwelling_id is None:
        raise Refused(_("They left from beyond this register: register their arrival at the other end."))
    if policies.may_have_moved_on(move):
        raise Refused(_("Both have agreed before, and they may have moved on in the other register since: it has to take their "
                        "arrival back, or they are registered as moving back from there."))  # fmt: skip
    with moving(actor, "moves.return", move, ends.origin, reason, evidence) as change:
        back(move, "return", ends, change, day=arguments.day)
        take(move, "return", to="returned", by=by, actor=actor, change=change, day=arguments.day, reason=reason,
             evidence=evidence)  # fmt: skip
        close_or_keep(move, ends, change)


def back(move: Move, key: str, ends: Ends, change: Recorder, *, day: dt.date | None) -> None:
    """Where the other end owned them, they live at the origin from the day on."""
    if move.owner != Side.DESTINATION or day is None:
        return
    people, before = people_of(move), move.state
    relocate(move, key, ends, people, change, state=before, owner=move.owner, day=day)
    homes.leave_homes(people, day, change, but=move.household_id)
    never_left = key == "change_destination"
    homes.come_home(move.household, ends.origin.dwelling, people, day, change, never_left=never_left)


def go_on(move: Move, ends: Ends, actor: Viewer, change: Recorder, today: dt.date) -> None:
    """What follows a declaration by itself: the destination is told, or, where there is none, the day is waited for."""
    if policies.in_reach(ends.destination.code):
        take(move, "tell", to="told", by=RULE, actor=actor, change=change)
    elif ends.origin.day is not None and ends.origin.day <= today:
        leave(move, ends, actor, change, by="origin")


def leave(move: Move, ends: Ends, actor: Viewer, change: Recorder, *, by: str | None, reason: str = "") -> None:
    """Take the step `depart`. Raises Refused where somebody at the destination registers arrivals."""
    if policies.in_reach(ends.destination.code):
        raise Refused(_("Somebody answers for the destination: whoever works there registers the arrival."))
    day, people = ends.origin.day, people_of(move)
    if day is None or day > timezone.localdate():
        raise Refused(_("The day of departure is still to come."))
    relocate(move, "depart", ends, people, change, state=move.state, owner=move.owner, day=day)
    homes.leave_homes(people, day, change, new_head_id=move.new_head_id)
    take(move, "depart", to="away", by=by, actor=actor, change=change, day=day, reason=reason)


def destination_of(where: str, code: str, text: str) -> tuple[str, str, str]:
    """Kind of place, code (15 digits) and words of a destination, as they are stored. Raises Refused."""
    if where not in Where.values:
        raise Refused(_("Choose where to."), "to_where")
    text, code = text.strip(), unicodedata.normalize("NFKC", code).strip()  # digits as wide as Chinese characters
    if code and (not (code.isascii() and code.isdigit()) or len(code) not in {2, 4, 6, 9, AREA, PLACE}):
        raise Refused(_("A code of an area has 2, 4, 6, 9 or 12 digits."), "to_code")
    if where == Where.AREA:
        known = Area.objects.filter(code=code[:AREA].ljust(AREA, "0"), valid_to__isnull=True).exists()
        if len(code) == PLACE and not code.endswith("000"):
            known = known and Grid.objects.filter(code=code, valid_to__isnull=True).exists()
        if code and not known and directory.is_linked(code):
            return Where.ELSEWHERE.value, code.ljust(PLACE, "0"), text
        if not code or not known:
            raise Refused(_("Choose the area from the list."), "to_code")
        return where, code.ljust(PLACE, "0"), text
    if where == Where.ELSEWHERE and not text and not code:
        raise Refused(_("Say where to, in words."), "to_text")
    return where, code.ljust(PLACE, "0") if code and where == Where.ELSEWHERE else "", text


def _stays_of(actor: Viewer, people: Sequence[uuid.UUID]) -> list[Spell]:
    """The usual residence of each mover: all in one dwelling of the actor's areas. Raises Refused, OutOfReach."""
    persons = [person_in_scope(actor, person, lock=True) for person in people]
    stays = usual_stays(people)
    if any(person.died_on is not None for person in persons):
        raise Refused(_("This person has died."), "who")
    if any(person not in stays for person in people):
        raise Refused(_("Somebody of these lives nowhere on file: register the arrival where they are."), "who")
    found = [stays[person] for person in people]
    strangers = [stay.person_id for stay in found if not actor.covers(stay.dwelling.place_code)]
    if strangers:
        raise OutOfReach(strangers)
    if len({stay.dwelling_id for stay in found}) > 1 or _apart(people):
        raise Refused(_("They do not live together: declare each household's move by itself."), "who")
    check_answered(people)
    if MovePerson.objects.filter(person_id__in=people, under_way=True).exists():
        raise Refused(_("A move of somebody of these is under way already: open it from the card."), "who")
    return found


def _apart(people: Sequence[uuid.UUID]) -> bool:
    rows = Member.objects.filter(person_id__in=people, side="living", left_on__isnull=True)
    return len(people) > 1 and len(set(rows.values_list("household_id", flat=True))) > 1
