"""Write the listing: dwellings, households, and what becomes of them. Nothing listed is deleted."""

import datetime as dt
import decimal
from collections.abc import Sequence
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.census.answers.models import Answer, Envelope
from domicile.apps.census.ending.models import Destruction
from domicile.apps.census.frame.models import Building
from domicile.apps.census.listing.models import Dwelling, Household
from domicile.apps.census.plan.models import Census
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.vault import sealing

LIST, CHANGE, CHECK, END, SPLIT, UNDO_END, PLACE = (
    f"census.{name}"
    for name in (
        "list_dwelling", "change_listing", "check_listing", "end_household", "split_household", "undo_end_household",
        "list_place",
    )
)  # fmt: skip
PERMISSION = "propose_change"
#: What may be written of a household; names and phones are sealed on the way.
PLAIN = frozenset({"expected", "absence", "back_on"})
SEALED = ("head_name", "phone")
NAME, PHONE = 60, 30
#: A weight as it is stored: an undo holds the row against what was noted.
STORED = decimal.Decimal("0.000001")


def may_list(actor: Viewer, place_code: str) -> None:
    """Raise NotAllowed unless the actor lists in this enumeration area."""
    actor.require(PERMISSION)
    if not actor.covers(place_code):
        raise NotAllowed("list outside the area")


def list_place(*, actor: Viewer, census: Census, place_code: str, address: str) -> Building:
    """Put a building or a place on the list that the frame lacks: newly built, left out, or where people without a home sleep.

    It expects nobody and gets a number of its own, L and a count within the census. Raises Refused without an address.
    """
    may_list(actor, place_code)
    address = " ".join(address.split())
    if not address or len(address) > 200:
        raise Refused(_("Say where it is, in at most 200 characters."), "address")
    if not place_code.startswith(census.scope):
        raise NotAllowed("list outside the census")
    row = Building(pk=new_id(), census=census, place_code=place_code, address=address)
    with recording(
        actor=actor, action=PLACE, subject_kind="building", subject_id=row.pk, place_code=place_code
    ) as change:
        Census.objects.select_for_update(of=("self",)).get(pk=census.pk)
        if Building.objects.filter(census=census, place_code=place_code, address=address).exists():
            raise Refused(_("A building of this address is on the list of this area already."), "address")
        count = Building.objects.filter(census=census, number__startswith="L").count()
        taken = set(Building.objects.filter(census=census, number__startswith="L").values_list("number", flat=True))
        while f"L{count + 1}" in taken:
            count += 1
        row.number = f"L{count + 1}"
        return change.create(row)


def list_dwelling(
    *, actor: Viewer, building: Building, number: str, use: str, today: dt.date, channel: str = Dwelling.Channel.ORDINARY,
) -> Dwelling:  # fmt: skip
    """Put a door on the list. Raises Refused for a number that the building has already or a word that is not known."""
    may_list(actor, building.place_code)
    with recording(
        actor=actor, action=LIST, subject_kind="dwelling", subject_id=building.pk, place_code=building.place_code
    ) as change:
        return change.create(new_dwelling(building, number, use, channel, today))


def new_dwelling(building: Building, number: str, use: str, channel: str, today: dt.date) -> Dwelling:
    """A dwelling, not stored yet. Raises Refused."""
    number = number.strip()
    if not number or len(number) > 32:
        raise Refused(_("Give the number of the door, at most 32 characters."), "number")
    if use not in Dwelling.Use.values:
        raise Refused(_("Choose from the list."), "use")
    if channel not in Dwelling.Channel.values:
        raise Refused(_("Choose from the list."), "channel")
    if Dwelling.objects.filter(building=building, number=number).exists():
        raise Refused(_("This building has a dwelling of this number on the list already."), "number")
    return Dwelling(
        building=building, place_code=building.place_code, number=number, use=use, channel=channel, listed_on=today
    )


def change_dwelling(*, actor: Viewer, dwelling: Dwelling, use: str, channel: str) -> Dwelling:
    """Put right how a dwelling is used and by which road its people are counted."""
    may_list(actor, dwelling.place_code)
    if use not in Dwelling.Use.values:
        raise Refused(_("Choose from the list."), "use")
    if channel not in Dwelling.Channel.values:
        raise Refused(_("Choose from the list."), "channel")
    if use == Dwelling.Use.EMPTY and dwelling.households.filter(ended_on=None).exists():
        raise Refused(_("A household is listed here. Say first what became of it."), "use")
    with _change(actor, CHANGE, dwelling) as change:
        return change.update(dwelling, use=use, channel=channel)


def list_household(
    *, actor: Viewer, dwelling: Dwelling, today: dt.date, expected: int = 0, head_name: str = "", phone: str = "",
    absence: str = Household.Absence.NONE, back_on: dt.date | None = None, split_from: Household | None = None,
) -> Household:  # fmt: skip
    """Put a household on the list of a dwelling, with the next serial. A dwelling that was empty is lived in from now on.

    One that is split from another is asked the same form, with the same weight. All of it is one change, undone as one.
    """
    may_list(actor, dwelling.place_code)
    with _change(actor, SPLIT if split_from else LIST, dwelling) as change:
        held = Dwelling.objects.select_for_update(of=("self",)).select_related("building").get(pk=dwelling.pk)
        envelope = envelope_of(change, held.building.census, held.place_code)
        last = Household.objects.filter(dwelling=held).aggregate(last=Max("serial"))["last"] or 0
        household = Household(
            pk=new_id(), census_id=held.building.census_id, dwelling=held, envelope=envelope, place_code=held.place_code,
            serial=last + 1, listed_on=today, split_from=split_from, **_sampled(split_from),
            **plain_values({"expected": expected, "absence": absence, "back_on": back_on}),
        )  # fmt: skip
        seal_names(household, head_name, phone)
        change.create(household)
        if held.use in {Dwelling.Use.EMPTY, Dwelling.Use.UNKNOWN}:
            change.update(held, use=Dwelling.Use.LIVED_IN)
    return household


def _sampled(split_from: Household | None) -> dict[str, Any]:
    """Form and weight of a household that was split from another: those of the other."""
    if split_from is None or split_from.form != Household.Form.LONG:
        return {}
    weight = decimal.Decimal(split_from.weight or 1).quantize(STORED)
    return {"form": split_from.form, "weight": weight}


def plain_values(told: dict[str, Any]) -> dict[str, Any]:
    """What was told of a household apart from names, checked. Raises Refused."""
    if not 0 <= told["expected"] <= 9999:
        raise Refused(_("Give a number of people from 0 to 9999."), "expected")
    if told["absence"] not in Household.Absence.values:
        raise Refused(_("Choose from the list."), "absence")
    return {name: value for name, value in told.items() if name in PLAIN}


def seal_names(household: Household, head_name: str, phone: str) -> None:
    """Seal the name of the head and a phone on the row; the caller stores it. Raises Refused."""
    for column, value, most in (("head_name", head_name.strip(), NAME), ("phone", phone.strip(), PHONE)):
        if len(value) > most:
            raise Refused(_("This is too long."), column)
        setattr(household, column, sealing.seal(household, column, value))


def envelope_of(change: Recorder, census: Census, place_code: str) -> Envelope:
    """The envelope of an area, with its data key; made when the first household there is listed.

    Raises Refused once the forms of the census are destroyed: what came then would never be.
    """
    if Destruction.objects.filter(census=census, done_at__isnull=False).exists():
        raise Refused(_("The forms of this census are destroyed: nothing comes to it any more."))
    found = Envelope.objects.filter(census=census, place_code=place_code).first()
    if found is not None:
        return found
    # Two who list the first households of an area at once: one waits here for the other.
    Census.objects.select_for_update(of=("self",)).get(pk=census.pk)
    found = Envelope.objects.filter(census=census, place_code=place_code).first()
    if found is None:
        found = change.create(Envelope(census=census, place_code=place_code))
        sealing.ensure_subject(found.pk)
    return found


def change_household(*, actor: Viewer, household: Household, head_name: str, phone: str, **told: Any) -> Household:
    """Put right what is listed of a household: expected, absence, back_on, the name of its head, a phone."""
    may_list(actor, household.place_code)
    values = plain_values(told)
    before = {column: sealing.open_value(household, column) for column in SEALED}
    with _change(actor, CHANGE, household) as change:
        fresh = Household(pk=household.pk, envelope_id=household.envelope_id)
        seal_names(fresh, head_name, phone)
        given = {"head_name": head_name.strip(), "phone": phone.strip()}
        values |= {column: getattr(fresh, column) for column in SEALED if given[column] != before[column]}
        return change.update(household, **values)


def check_again(*, actor: Viewer, dwellings: Sequence[Dwelling], today: dt.date) -> int:
    """Note that doors were looked at again just before enumeration, with the households behind them; returns how many."""
    for place_code in {dwelling.place_code for dwelling in dwellings}:
        may_list(actor, place_code)
    if not dwellings:
        return 0
    with _change(actor, CHECK, dwellings[0]) as change:
        change.update_many(dwellings, checked_on=today)
        behind = Household.objects.filter(dwelling__in=[one.pk for one in dwellings], ended_on=None)
        change.update_many(list(behind), checked_on=today)
    return len(dwellings)


def end_household(*, actor: Viewer, household: Household, why: str, today: dt.date) -> Household:
    """Note that a household is not to be asked here: it moved away, is listed twice, or was a mistake.

    Raises Refused where an answer of it counts: that is a question to a supervisor first.
    """
    may_list(actor, household.place_code)
    if why not in Household.Ended.values:
        raise Refused(_("Choose from the list."), "why")
    with _change(actor, END, household) as change:
        held = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
        if held.ended_on is not None:
            raise Refused(_("This household has been taken off the list already."))
        if Answer.objects.filter(household=held, state=Answer.State.COUNTS).exists():
            raise Refused(_("This household has answered. Ask your supervisor what to do with the form."))
        return change.update(held, ended_on=today, ended=why)


def undo_end(*, actor: Viewer, household: Household) -> Household:
    """Put a household back on the list."""
    may_list(actor, household.place_code)
    with _change(actor, UNDO_END, household) as change:
        return change.update(household, ended_on=None, ended="")


def split_household(
    *, actor: Viewer, household: Household, today: dt.date, head_name: str, expected: int, phone: str = ""
) -> Household:
    """List as a household of its own whoever eats and keeps house apart behind the same door; the rest stay.

    The new household is asked the form of the old one, and stands for as many households, so that the sample keeps its
    chances (a household that split after the draw is drawn with all its parts).
    """
    return list_household(
        actor=actor, dwelling=household.dwelling, today=today, expected=expected, head_name=head_name, phone=phone,
        split_from=household,
    )  # fmt: skip


def _change(actor: Viewer, action: str, row: Dwelling | Household) -> Any:
    kind = "dwelling" if isinstance(row, Dwelling) else "household"
    return recording(actor=actor, action=action, subject_kind=kind, subject_id=row.pk, place_code=row.place_code)
