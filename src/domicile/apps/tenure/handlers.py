"""What of this app can be proposed, and how a proposal reads."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.scopes import restrict
from domicile.apps.collect.registry import Handler, Line, Named, Part, register, register_kin, register_namer
from domicile.apps.collect.review.parts import parts_among
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Person
from domicile.apps.places.models import Dwelling
from domicile.apps.places.words import use as use_word
from domicile.apps.tenure import actions, judging, words
from domicile.apps.tenure.actions import holdings, rentals
from domicile.apps.tenure.holders import name_of
from domicile.apps.tenure.models import Holder, Holding, Rental, Tenant
from domicile.core.policy.corrections import correction_level

RENTAL, HOLDING = words.LABELS["tenure_rental"], words.LABELS["tenure_holding"]

#: What of a proposal can be corrected before it is accepted.
PARTS = {
    "part": Part(RENTAL["part"]),
    "contract_start": Part(RENTAL["contract_start"], "date"),
    "contract_end": Part(_("First day after the contract"), "date"),
    "safety": Part(RENTAL["safety"], "choice", tuple(words.SAFETY.items())),
    "safety_signed_on": Part(RENTAL["safety_signed_on"], "date"),
    "last_visit": Part(RENTAL["last_visit"], "date"),
    "visited_on": Part(RENTAL["last_visit"], "date", required=True),
    "ended_on": Part(RENTAL["ended_on"], "date", required=True),
    "share": Part(HOLDING["share"]),
    "start": Part(HOLDING["start"], "date"),
    "end": Part(HOLDING["end"], "date", required=True),
}


def rental_level() -> str:
    """The level that enters rentals today."""
    return correction_level("rental", timezone.localdate())


def owner_level() -> str:
    """The level that says who owns a dwelling today."""
    return correction_level("owner", timezone.localdate())


def describe_new(arguments: actions.AddRental) -> list[Line]:
    dwelling = Dwelling.objects.get(pk=arguments.dwelling_id)
    landlord = arguments.landlord_name
    if arguments.landlord_id is not None:
        landlord = name_of(Holder.objects.select_related("person", "unit").get(pk=arguments.landlord_id))
    lines = [
        Line(_("Dwelling"), "", dwelling.address),
        Line(RENTAL["landlord_id"], "", landlord),
        Line(_("Tenants"), "", _people(arguments.tenant_ids, arguments.tenants)),
    ]
    if dwelling.use not in Rental.LET_USES:
        lines.append(Line(_("Use of the dwelling"), use_word(dwelling.use), use_word(Dwelling.Use.LET)))
    values = [
        (RENTAL["part"], arguments.part),
        (RENTAL["contract_start"], arguments.contract_start),
        (RENTAL["contract_end"], words.last_day(arguments.contract_end)),
        (RENTAL["safety"], words.SAFETY[arguments.safety]),
        (RENTAL["last_visit"], arguments.last_visit),
    ]
    return [*lines, *(Line(label, "", str(value)) for label, value in values if value)]


def describe_correction(arguments: actions.CorrectRental) -> list[Line]:
    rental = Rental.objects.select_related("dwelling").get(pk=arguments.rental_id)
    pairs = [
        (RENTAL["part"], rental.part, arguments.part),
        (RENTAL["contract_start"], rental.contract_start, arguments.contract_start),
        (RENTAL["contract_end"], rental.last_day, words.last_day(arguments.contract_end)),
        (RENTAL["safety"], words.SAFETY[rental.safety], words.SAFETY[arguments.safety]),
        (RENTAL["safety_signed_on"], rental.safety_signed_on, arguments.safety_signed_on),
    ]
    held = Tenant.objects.filter(rental=rental).select_related("holder__person", "holder__unit")
    stay = [name_of(row.holder) for row in held if row.holder_id.hex in arguments.keep]
    coming = _people(arguments.tenant_ids, arguments.tenants)
    pairs.append(
        (_("Tenants"), "、".join(name_of(row.holder) for row in held), "、".join(filter(None, [*stay, coming])))
    )
    changed = [Line(label, _text(old), _text(new)) for label, old, new in pairs if _text(old) != _text(new)]
    return [_where(rental), *changed]


def describe_extension(arguments: actions.ExtendContract) -> list[Line]:
    rental = Rental.objects.select_related("dwelling").get(pk=arguments.rental_id)
    new = words.last_day(arguments.contract_end)
    return [_where(rental), Line(RENTAL["contract_end"], _text(rental.last_day), _text(new or _("without an end")))]


def describe_tenants(arguments: actions.ChangeTenants) -> list[Line]:
    rental = Rental.objects.select_related("dwelling").get(pk=arguments.rental_id)
    held = [name_of(row.holder) for row in rental.tenants.select_related("holder__person", "holder__unit")]
    coming = _people(arguments.tenant_ids, arguments.tenants)
    after = [coming] if arguments.left else [*held, coming]
    return [_where(rental), Line(_("Tenants"), "、".join(held), "、".join(filter(None, after)))]


def describe_end(arguments: actions.EndRental) -> list[Line]:
    rental = Rental.objects.select_related("dwelling").get(pk=arguments.rental_id)
    lines = [_where(rental), Line(RENTAL["ended_on"], "", _text(arguments.ended_on))]
    if arguments.use:
        lines.append(Line(_("Use of the dwelling"), use_word(rental.dwelling.use), use_word(arguments.use)))
    return lines


def describe_visit(arguments: actions.RecordVisit) -> list[Line]:
    rental = Rental.objects.select_related("dwelling").get(pk=arguments.rental_id)
    lines = [_where(rental), Line(RENTAL["last_visit"], _text(rental.last_visit), _text(arguments.visited_on))]
    if arguments.safety:
        lines.append(Line(RENTAL["safety"], str(words.SAFETY[rental.safety]), str(words.SAFETY[arguments.safety])))
    return lines


def describe_holder(arguments: actions.ChangeHolder) -> list[Line]:
    dwelling = Dwelling.objects.get(pk=arguments.dwelling_id)
    replaced = Holding.objects.filter(pk__in=[uuid.UUID(text) for text in arguments.replaces])
    before = "、".join(name_of(row.holder) for row in replaced.select_related("holder__person", "holder__unit"))
    after = arguments.name
    if arguments.person_id is not None:
        after = Person.objects.get(pk=arguments.person_id).name
    lines = [Line(_("Dwelling"), dwelling.address, dwelling.address), Line(words.ROLES[arguments.role], before, after)]
    values = [(HOLDING["share"], arguments.share), (HOLDING["start"], arguments.start)]
    return [*lines, *(Line(label, "", str(value)) for label, value in values if value)]


def describe_end_holding(arguments: actions.EndHolding) -> list[Line]:
    rows = Holding.objects.select_related("dwelling", "holder__person", "holder__unit")
    row = rows.get(pk=arguments.holding_id)
    return [
        Line(_("Dwelling"), row.dwelling.address, row.dwelling.address),
        Line(words.ROLES[row.role], name_of(row.holder), _("until {day}").format(day=arguments.end)),
    ]


def persons_of(arguments: Any) -> Collection[uuid.UUID]:
    """The persons whom a proposal names, by what it aims at."""
    found = {uuid.UUID(text) for text in getattr(arguments, "tenant_ids", ())}
    if getattr(arguments, "person_id", None):
        found.add(arguments.person_id)
    holders: list[uuid.UUID] = []
    if getattr(arguments, "landlord_id", None):
        holders.append(arguments.landlord_id)
    if isinstance(arguments, actions.CorrectRental | actions.ChangeTenants):
        holders += Tenant.objects.filter(rental=arguments.rental_id).values_list("holder_id", flat=True)
    if isinstance(arguments, actions.EndHolding):
        holders += Holding.objects.filter(pk=arguments.holding_id).values_list("holder_id", flat=True)
    if isinstance(arguments, actions.ChangeHolder):
        replaced = [uuid.UUID(text) for text in arguments.replaces]
        holders += Holding.objects.filter(pk__in=replaced).values_list("holder_id", flat=True)
    known = Holder.objects.filter(pk__in=holders).exclude(person=None)
    return [*found, *known.values_list("person_id", flat=True)]


def names(viewer: Viewer, keys: Collection[uuid.UUID]) -> dict[uuid.UUID, Named]:
    """Rentals inside the viewer's areas by the address of their dwelling. One query."""
    rows = restrict(Rental.objects.filter(pk__in=keys), viewer, "dwelling__place_code")
    return {key: Named(address) for key, address in rows.values_list("pk", "dwelling__address")}


def near(rentals: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Collection[uuid.UUID]]:
    """The dwelling of each rental. One query."""
    return {key: (home,) for key, home in Rental.objects.filter(pk__in=rentals).values_list("pk", "dwelling_id")}


def _where(rental: Rental) -> Line:
    return Line(_("Dwelling"), rental.dwelling.address, rental.dwelling.address)


def _people(ids: Collection[str], names: dict[str, str]) -> str:
    known = dict(Person.objects.filter(pk__in=[uuid.UUID(text) for text in ids]).values_list("pk", "name"))
    return "、".join([*(name or str(_("no name yet")) for name in known.values()), *names])


def _text(value: str | dt.date | Any | None) -> str:
    return "" if value is None else str(value)


def register_all() -> None:
    """Called once at start-up."""
    register_namer("rental", names)
    register_kin("rental", near)
    pages = {"rental": "tenure:rental", "dwelling": "people:dwelling"}
    kinds: tuple[tuple[Any, ...], ...] = (
        (rentals.ADD, _("Add a rental"), actions.AddRental, actions.add_rental, describe_new, rental_level),
        (rentals.CORRECT, _("Correct a rental"), actions.CorrectRental, actions.correct_rental, describe_correction,
         rental_level),
        (rentals.EXTEND, _("Extend the contract of a rental"), actions.ExtendContract, actions.extend_contract,
         describe_extension, rental_level),
        (rentals.END, _("End a rental"), actions.EndRental, actions.end_rental, describe_end, rental_level),
        (rentals.VISIT, _("Record a visit to a rental"), actions.RecordVisit, actions.record_visit, describe_visit, rental_level),
        (rentals.TENANTS, _("Change the tenants of a rental"), actions.ChangeTenants, actions.change_tenants, describe_tenants,
         rental_level),
        (holdings.CHANGE, _("Change owner or manager"), actions.ChangeHolder, actions.change_holder, describe_holder,
         owner_level),
        (holdings.END, _("Take an owner or manager off a dwelling"), actions.EndHolding, actions.end_holding, describe_end_holding,
         owner_level),
    )  # fmt: skip
    for name, label, arguments, apply, describe, level in kinds:
        register(
            Handler(
                name, label, arguments, apply, describe, level, pages, persons_of, group="tenure",
                parts=partial(parts_among, PARTS), judge=judging.judge_visits if name in judging.JUDGED else None,
            )
        )  # fmt: skip
