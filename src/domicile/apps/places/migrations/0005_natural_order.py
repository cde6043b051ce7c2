"""Buildings and dwellings get a place in lists, in the order of streets and numbers, from the keys that they have."""

from typing import Any

from django.db import migrations

import domicile.apps.common.fields
from domicile.core.addresses.order import sort_key

AT_ONCE = 20_000
FIRST = "0" * 32
READ = {
    "places_building": "SELECT t.id, t.key, '' FROM places_building t",
    "places_dwelling": "SELECT t.id, b.key, t.key FROM places_dwelling t JOIN places_building b ON b.id = t.building_id",
}


def fill(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        for table, read in READ.items():
            last: Any = FIRST
            while True:
                cursor.execute(f"{read} WHERE t.id > %s ORDER BY t.id LIMIT {AT_ONCE}", [last])
                rows = cursor.fetchall()
                if not rows:
                    break
                cursor.executemany(
                    f"UPDATE {table} SET sort_key = %s WHERE id = %s",  # noqa: S608
                    [(sort_key(building, dwelling), key) for key, building, dwelling in rows],
                )
                last = rows[-1][0]


class Migration(migrations.Migration):
    dependencies = [("places", "0004_plates_by_code")]

    operations = [
        migrations.AddField(
            model_name="building",
            name="sort_key",
            field=domicile.apps.common.fields.DerivedKeyField(
                blank=True, db_default="", default="", editable=False, max_length=240
            ),
        ),
        migrations.AddField(
            model_name="dwelling",
            name="sort_key",
            field=domicile.apps.common.fields.DerivedKeyField(
                blank=True, db_default="", default="", editable=False, max_length=340
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
