"""What every registration of an event shares: what is told of it, and the rows of the event itself."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.actions.names import checked_name
from domicile.apps.people.models import Household, Member, Person
from domicile.apps.places.models import Dwelling
from domicile.apps.vault.sealing import seal
from domicile.apps.vitals.models import Role, ToldBy, VitalEvent, VitalNamed, VitalPaper
from domicile.core.policy.vitals import is_late, papers_asked

#: Somebody whom an event names: who they are to it, the person on file, or a name in words.
Named = tuple[str, uuid.UUID | None, str]
LONGEST_NUMBER, LONGEST_PLACE = 40, 160


@dataclass(frozen=True)
class Told:
    """What is told of every event. `papers`: paper asked for → kind seen; `numbers`: paper asked for → its number.

    `precision`: how sure the day is. Whatever is left out stays open and holds up nothing.
    """

    precision: str = Person.DatePrecision.DAY.value
    place: str = ""
    told_by: str = ""
    papers: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)


def check_told(told: Told, day: dt.date, today: dt.date, field: str = "day") -> None:
    """Whether this can be so. Raises Refused."""
    if day > today:
        raise Refused(_("This day lies in the future."), field)
    if told.precision not in Person.DatePrecision.values:
        raise Refused(_("Choose from the list."), "precision")
    if told.told_by and told.told_by not in ToldBy.values:
        raise Refused(_("Choose from the list."), "told_by")
    if len(told.place) > LONGEST_PLACE:
        raise Refused(_("This is too long: {most} characters at most.").format(most=LONGEST_PLACE), "place")


def write_event(
    kind: str, person_id: uuid.UUID, told: Told, day: dt.date, change: Recorder, *, actor: Viewer, code: str,
    dwelling: Dwelling | None, named: Iterable[Named] = (), found: bool = False,
) -> VitalEvent:  # fmt: skip
    """The event with whom it names and the papers that it is asked for; those not seen stay open. Raises Refused."""
    today = timezone.localdate()
    check_told(told, day, today)
    event = change.create(
        VitalEvent(
            kind=kind, person_id=person_id, code=code, dwelling=dwelling, day=day, precision=told.precision,
            place=told.place.strip(), found=found, told_by=told.told_by, late=is_late(kind, day, today),
            registered_on=today, registered_at=timezone.now(), registered_by=actor.user_id,
            registered_by_name=actor.name,
        )
    )  # fmt: skip
    for role, who, name in named:
        text = checked_name(name) if who is None else ""
        change.create(VitalNamed(event=event, role=role, person_id=who, name=text))
    asked = papers_asked(kind, today, found=found)
    for need, kinds in asked.items():
        row = VitalPaper(event=event, need=need)
        for name, value in seen(row, told.papers.get(need, ""), told.numbers.get(need, ""), kinds, today).items():
            setattr(row, name, value)
        change.create(row)
    return event


def seen(row: VitalPaper, kind: str, number: str, kinds: Iterable[str], today: dt.date) -> dict[str, Any]:
    """The columns of a paper that was seen; none where it was not. Raises Refused for a kind that is not as good."""
    kind, number = kind.strip(), number.strip()
    if not kind:
        if number:
            raise Refused(_("Say which paper this number stands on."), f"paper_{row.need}")
        return {}
    if kind not in kinds:
        raise Refused(_("Choose from the list."), f"paper_{row.need}")
    if len(number) > LONGEST_NUMBER:
        raise Refused(_("A number of a paper has at most 40 characters."), f"number_{row.need}")
    return {"kind": kind, "seen_on": today, "number": seal(row, "number", number)}


def home_of(person_id: uuid.UUID) -> Dwelling | None:
    """Where somebody can be asked about: the dwelling of the living household, if there is one."""
    member = (
        Member.objects.select_related("household__dwelling")
        .filter(person_id=person_id, side=Household.Side.LIVING, left_on__isnull=True)
        .first()
    )
    return member.household.dwelling if member is not None else None


def parents_named(parents: Mapping[str, str], names: Mapping[str, str]) -> list[Named]:
    """The parents by birth on file by their sex, and those named in words where nobody on file is."""
    rows = Person.objects.filter(pk__in=[uuid.UUID(key) for key in parents])
    found: list[Named] = []
    for person in sorted(rows, key=lambda row: (row.sex not in {"1", "2"}, row.pk)):
        taken = {role for role, _who, _name in found}
        first = Role.FATHER if person.sex == "1" else Role.MOTHER
        other = Role.MOTHER if first == Role.FATHER else Role.FATHER
        found.append(((other if first in taken else first).value, person.pk, ""))
    taken = {role for role, _who, _name in found}
    return found + [(role, None, name) for role, name in names.items() if name.strip() and role not in taken]
