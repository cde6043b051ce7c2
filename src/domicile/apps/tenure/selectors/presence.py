"""Whether anything is held, let or run at a dwelling at all. Most dwellings have nothing of it, and their card asks once."""

from typing import NamedTuple

from django.db import connections

from domicile.apps.places.models import Dwelling, Unit
from domicile.apps.tenure.models import Holding, Rental


class Presence(NamedTuple):
    """What a dwelling has rows of, also past ones and also those that this viewer may not see."""

    holdings: bool
    rentals: bool
    units: bool


def presence(dwelling: Dwelling) -> Presence:
    """What is worth reading for a dwelling that was found inside the viewer's areas. One statement, not built anew."""
    connection = connections[Dwelling.objects.db]
    column = Dwelling._meta.pk.get_db_prep_value(dwelling.pk, connection)
    tables = (Holding._meta.db_table, Rental._meta.db_table, Unit._meta.db_table)
    asked = ", ".join(f"EXISTS(SELECT 1 FROM {table} WHERE dwelling_id = %s)" for table in tables)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}", [column] * len(tables))
        return Presence(*map(bool, cursor.fetchone()))
