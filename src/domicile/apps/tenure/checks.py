"""Rentals and the use of their dwellings agree (PL-5, PL-6); what is let has a rental on file."""

from collections.abc import Iterator

from django.db.models import Q

from domicile.apps.common.fields import prefix_q
from domicile.apps.common.findings import Finding
from domicile.apps.tenure.models import Rental


def run(scope: str = "") -> Iterator[Finding]:
    """Rentals that go on in a dwelling that is not let or closed, inside the scope (a code prefix; '' for all)."""
    rows = Rental.objects.filter(prefix_q("dwelling__place_code", scope), ended_on=None)
    odd = rows.filter(~Q(dwelling__use__in=Rental.LET_USES) | Q(dwelling__in_use_to__isnull=False))
    for rental in odd.select_related("dwelling").order_by("dwelling__place_code", "id").iterator(chunk_size=2000):
        home = rental.dwelling
        yield Finding(
            "rental_in_dwelling_not_let",
            "error",
            home.place_code,
            f"{home.address}有出租登记，但房屋用途不是出租或已拆除：请结束出租，或更正房屋用途。",
            f"{home.address} has a rental, but its use is no letting or it is demolished: end the rental or correct "
            "the use.",
            rental.pk.hex,
        )
