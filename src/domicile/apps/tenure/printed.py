"""What tenure adds to the printed card of a dwelling: who owns it, who lets and rents it, on which contract."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.common.viewer import Viewer
from domicile.apps.people.printed.registry import Facts
from domicile.apps.places.models import Dwelling
from domicile.apps.tenure import selectors, words
from domicile.apps.tenure.holders import HolderLine


def on_dwelling_card(viewer: Viewer, dwelling: Dwelling, full: bool) -> Facts | None:
    """Present owners, managers and rentals; numbers in full only where `full`. None where there are none."""
    holdings = [row for row in selectors.holdings_of(dwelling) if row.end is None]
    rentals = list(selectors.rentals(viewer).filter(dwelling=dwelling, ended_on=None))
    if not holdings and not rentals:
        return None
    pairs = [(line.role, told(line.holder)) for line in selectors.holding_lines(viewer, holdings, full=full)]
    for line in selectors.rental_lines(viewer, rentals, today=timezone.localdate(), full=full):
        rental = line.rental
        contract = " – ".join(
            day.isoformat() if day else "…" for day in (rental.contract_start, words.last_day(rental.contract_end))
        )
        pairs += [
            (_("Landlord"), told(line.landlord)),
            (_("Tenant"), "、".join(told(tenant) for tenant in line.tenants)),
            (_("Contract"), contract if rental.contract_start or rental.contract_end else ""),
            (_("Safety statement"), line.safety),
        ]
    persons = selectors.shown_persons(viewer, rentals)
    if viewer.may("view_person"):
        persons += [row.holder.person_id for row in holdings if row.holder.person_id]
    return Facts(_("Owners and rentals"), pairs, persons)


def told(holder: HolderLine) -> str:
    """Somebody with number and phone, as far as they are shown."""
    return _joined((holder.name, holder.number, holder.phone))


def _joined(parts: Iterable[str]) -> str:
    return " ".join(part for part in parts if part)
