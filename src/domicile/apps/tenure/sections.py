"""What tenure adds to the cards: rentals, owners and units of a dwelling; what a person rents, lets and owns."""

import uuid
from collections.abc import Iterator

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.access.scopes import restrict
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Person
from domicile.apps.people.registry import Action, Section
from domicile.apps.places.models import Dwelling
from domicile.apps.places.units import words as unit_words
from domicile.apps.places.units.selectors import units_at
from domicile.apps.tenure import selectors, words
from domicile.apps.tenure.holders import tied_to
from domicile.apps.tenure.models import Holder, Holding, Rental
from domicile.apps.tenure.selectors.presence import presence
from domicile.apps.tenure.selectors.rentals import MOST_PAST

#: What goes on first, then what ended last; the engines sort what is empty differently.
LATEST = F("ended_on").desc(nulls_first=True)


def of_dwelling(viewer: Viewer, dwelling: Dwelling) -> Section:
    """Owners, rentals and units. At most ten queries, one where there is nothing of them."""
    today = timezone.localdate()
    there = presence(dwelling)
    holdings = [row for row in selectors.holdings_of(dwelling) if row.end is None] if there.holdings else []
    found = selectors.rentals(viewer).filter(dwelling=dwelling).order_by(LATEST, "-contract_start", "id")
    rows = list(found[: MOST_PAST + 1]) if there.rentals else []
    going_on = [row for row in rows if row.ended_on is None]
    lines = selectors.rental_lines(viewer, going_on, today=today) if going_on else []
    owners = selectors.holding_lines(viewer, holdings) if holdings else []
    persons: list[uuid.UUID] = selectors.shown_persons(viewer, going_on) if going_on else []
    if viewer.may("view_person"):
        persons += [row.holder.person_id for row in holdings if row.holder.person_id]
    units = units_at(viewer, dwelling) if there.units else []
    context = {
        "dwelling": dwelling,
        "owners": owners,
        "rentals": lines,
        "past": [row for row in rows if row.ended_on is not None],
        "units": [(unit, unit_words.kind(unit.kind)) for unit in units],
        "let_without_rental": dwelling.use == Dwelling.Use.LET and not going_on,
        "may_change": _may_change(viewer) and dwelling.in_use_to is None,
    }
    return Section("tenure/on_dwelling.html", context, persons)


def of_person(viewer: Viewer, person: Person) -> Section | None:
    """What somebody rents, lets and owns inside the viewer's areas; None where it is nothing. Four queries at most."""
    holders = list(Holder.objects.filter(tied_to(person)).values_list("pk", flat=True))
    if not holders:
        return None
    rows = Rental.objects.filter(Q(landlord__in=holders) | Q(tenants__holder__in=holders)).distinct()
    near = restrict(rows, viewer, "dwelling__place_code").select_related("dwelling")
    rentals = list(near.order_by(LATEST, "-contract_start", "id"))
    holdings = restrict(Holding.objects.filter(holder__in=holders), viewer, "dwelling__place_code")
    owned = list(holdings.select_related("dwelling").order_by(F("end").desc(nulls_first=True), "id"))
    if not rentals and not owned:
        return None
    context = {
        "lets": [row for row in rentals if row.landlord_id in holders],
        "rents": [row for row in rentals if row.landlord_id not in holders],
        "owned": [(row, words.ROLES[row.role]) for row in owned],
        "today": timezone.localdate(),
    }
    return Section("tenure/on_person.html", context)


def changes_of_dwelling(viewer: Viewer, dwelling: Dwelling) -> Iterator[Action]:
    """What the menu of changes of a dwelling offers."""
    if not _may_change(viewer) or dwelling.in_use_to is not None:
        return
    if viewer.may("view_person"):
        yield Action(
            _("Add a rental"), reverse("tenure:add_rental", args=[dwelling.pk]), _("landlord, tenants, contract")
        )
        yield Action(_("Change owner or manager"), reverse("tenure:change_holder", args=[dwelling.pk]))
    yield Action(_("Add a unit"), reverse("units:add_here", args=[dwelling.pk]), _("a shop, firm or workshop here"))


def _may_change(viewer: Viewer) -> bool:
    return viewer.may("propose_change") or viewer.may("apply_change")
