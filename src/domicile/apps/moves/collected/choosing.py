"""A newcomer of whom several declarations may be, or one only by name: whoever reviews the form chooses side by side."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.collect.drafts import Draft, Verdict
from domicile.apps.collect.registry import Line, Part
from domicile.apps.collect.review.parts import Parts
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import actions, words
from domicile.apps.moves.models import MovePerson, Side
from domicile.apps.moves.selectors.candidates import expected
from domicile.apps.people.actions.persons import NewPerson
from domicile.apps.people.selectors import words as people_words
from domicile.apps.places.models import Dwelling

CHOOSE, NEW = "moves.choose", "new"
COMMUNITY = 12


@dataclass(frozen=True)
class Choose:
    """`people`: the newcomer as the form tells. `offered`: each who may be meant, as way:person; `choice`: one of these, or new."""

    dwelling_id: uuid.UUID
    day: dt.date
    people: tuple[NewPerson, ...]
    offered: tuple[str, ...]
    choice: str = ""
    into_id: uuid.UUID | None = None


def choose(*, actor: Viewer, reason: str, evidence: str = "", arguments: Choose) -> uuid.UUID:
    """Register the arrival as it was chosen. Raises Refused while nothing was."""
    if len(arguments.people) != 1:
        raise Refused(_("Choose for each newcomer alone."), "people")
    new = arguments.people[0]
    if arguments.choice == NEW:
        asked = actions.Ask(arguments.dwelling_id, arguments.day, people=arguments.people, into_id=arguments.into_id,
                            reason_code=new.reason_code)  # fmt: skip
        return actions.ask(actor=actor, reason=reason, evidence=evidence, arguments=asked)
    if arguments.choice not in arguments.offered:
        raise Refused(
            _("Choose which declaration it is, or that it is somebody new: correct the proposal, then accept it.")
        )
    person = uuid.UUID(arguments.choice.partition(":")[2])
    mover = expected().filter(person_id=person).order_by("-move__made_at").first()
    if mover is None:
        raise Refused(_("This declaration is no longer expected: choose again."))
    came = actions.Arrive(
        mover.move_id, arguments.dwelling_id, arguments.day, (person,), arguments.into_id,
        document_number=new.document_number,
        relations={str(person): new.relation} if arguments.into_id and new.relation else {},
    )  # fmt: skip
    return actions.arrive(actor=actor, reason=reason, evidence=evidence, arguments=came)


def judge(drafts: Sequence[Draft]) -> list[Verdict]:
    """Whether each could wait for the choice: its dwelling stands and is the worker's. The choice decides about the rest."""
    rows = Dwelling.objects.filter(pk__in={draft.arguments.dwelling_id for draft in drafts})
    homes = {key: (place, to) for key, place, to in rows.values_list("pk", "place_code", "in_use_to")}
    return [_judged(draft, homes.get(draft.arguments.dwelling_id)) for draft in drafts]


def _judged(draft: Draft, home: tuple[str, dt.date | None] | None) -> Verdict:
    if home is None or not draft.actor.covers(home[0]):
        return OutOfReach()
    if home[1] is not None:
        return Refused(_("This dwelling is demolished: nobody can move in."), "where")
    return Refused(_("This day lies in the future."), "day") if draft.arguments.day > timezone.localdate() else None


def level() -> str:
    """Never at once: somebody else than the one at the door chooses."""
    return "community"


def describe(arguments: Choose) -> list[Line]:
    """The newcomer, then each declaration with what fits and what differs; of somebody declared to another area only where from."""
    new = arguments.people[0]
    told = " · ".join(filter(None, [people_words.name(new.name), str(new.birth_date or "")]))
    lines = [
        Line(_("Who"), "", told),
        Line(_("Dwelling"), "", Dwelling.objects.get(pk=arguments.dwelling_id).address),
        Line(_("First day living here"), "", str(arguments.day)),
    ]
    named = _named(arguments)
    for place, key in enumerate(arguments.offered, start=1):
        lines.append(Line(f"{_now('Declaration')} {place}", named.get(key, ""), named.get(key, "")))
    chosen = arguments.choice
    if chosen:
        lines.append(Line(_("Which is it?"), "", named.get(chosen, _now("None of these"))))
    return lines


def parts(arguments: Choose) -> Parts:
    """What whoever reviews it chooses."""
    named = _named(arguments)
    codes: list[tuple[str, Any]] = [(key, named.get(key, key)) for key in arguments.offered]
    codes.append((NEW, _("none of these: somebody new")))
    return {"choice": Part(_("Which is it?"), "choice", codes), "day": Part(_("Day"), "date", required=True)}


def persons_of(arguments: Choose) -> Collection[uuid.UUID]:
    """Whose declarations are shown."""
    return {uuid.UUID(key.partition(":")[2]) for key in arguments.offered}


def _named(arguments: Choose) -> dict[str, str]:
    movers = {mover.person_id: mover for mover in expected().filter(person_id__in=persons_of(arguments)).order_by("pk")}
    ends = {key: {end.side: end for end in mover.move.ends.all()} for key, mover in movers.items()}
    codes = {pair[Side.ORIGIN].code[:COMMUNITY] for pair in ends.values() if pair[Side.ORIGIN].code}
    areas = {code: in_one(steps) for code, steps in trails(codes).items() if steps}
    found = {}
    for key in arguments.offered:
        way, _colon, person = key.partition(":")
        mover = movers.get(uuid.UUID(person))
        found[key] = (
            _now("no longer expected") if mover is None else _told(way, mover, ends[mover.person_id], areas, arguments)
        )
    return found


def _told(way: str, mover: MovePerson, ends: dict[str, Any], areas: dict[str, str], arguments: Choose) -> str:
    """One declaration in words; who was found by number alone may be of another area: only what the form says is told."""
    origin = ends[Side.ORIGIN]
    own = way == "name"
    name = people_words.name(mover.person.name if own else arguments.people[0].name)
    born = people_words.birth(mover.person) if own else ""
    left = areas.get(origin.code[:COMMUNITY], "") or words.end_name(origin, areas)
    day = origin.day.isoformat() if origin.day else ""
    return " · ".join(filter(None, [name, born, left, day, words.state(mover.move.state), str(words.WAYS[way])]))
