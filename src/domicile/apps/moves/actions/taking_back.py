"""What was registered of an arrival, taken back or put on another day; the same whoever asks for it."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder
from domicile.apps.common.refusals import Refused
from domicile.apps.moves import applying, ground, homes
from domicile.apps.moves.actions.stepping import TOLERANCE, died_on, people_of, relocate
from domicile.apps.moves.models import Move, MovePerson, Side
from domicile.apps.moves.policies import Ends


def undo_arrival(move: Move, key: str, ends: Ends, change: Recorder, *, resumes: str = "") -> None:
    """Stays and memberships are as before the arrival; `resumes`: the state that the move goes back to."""
    destination, origin, people = ends.destination, ends.origin, people_of(move)
    if destination.day is None:
        return
    if move.owner == Side.ORIGIN:
        for person in people:
            if destination.dwelling_id is not None:
                applying.end_stay_for_now(person, destination.dwelling_id, timezone.localdate(), change)
        return
    relocate(move, key, ends, people, change, state=move.state, owner=move.owner, resumes=resumes)
    homes.unsettle(people, destination.dwelling_id, destination.day, change)
    if resumes and resumes != "away":
        homes.come_home(move.household, origin.dwelling, people, destination.day, change, never_left=True)


def forget_arrival(move: Move, ends: Ends, change: Recorder, movers: Iterable[MovePerson] | None = None) -> None:
    """The destination has said nothing after all. `movers`: everybody of the move, where they were read already."""
    change.update(
        ends.destination, dwelling=None, household=None, to_where="", to_code="", to_text="", day=None, said_at=None,
        said_by=None, said_by_name="", evidence="",
    )  # fmt: skip
    for row in ground.movers_of(move) if movers is None else movers:
        change.update(row, by_destination=False)


def resumes_after(move: Move) -> str:
    """The state that a withdrawn arrival leads back to."""
    last = next((row for row in reversed(ground.steps_of(move)) if row.step == "arrive"), None)
    return {"away": "away", "lapsed": "lapsed"}.get(last.before if last else "", "told")


def shift(move: Move, key: str, ends: Ends, side: str, day: dt.date | None, change: Recorder) -> None:
    """The movers' days, where the corrected day is the one that counts. Raises Refused."""
    counts = Side.ORIGIN if move.state == "away" else Side.DESTINATION
    if day is None or side != counts:
        return
    if day > timezone.localdate() + TOLERANCE:
        raise Refused(_("This day lies in the future."), "day")
    people, was = people_of(move), ends.of(counts).day
    if move.state == "asked" and move.owner == Side.ORIGIN:
        for person in people:
            applying.shift_stay_for_now(person, ends.destination.dwelling_id, day, change)
        return
    relocate(move, key, ends, people, change, state=move.state, owner=move.owner, day=day)
    dead = {person for person, died in died_on(people).items() if died is not None}
    homes.shift(people, ends, was, day, change, dead=dead)
