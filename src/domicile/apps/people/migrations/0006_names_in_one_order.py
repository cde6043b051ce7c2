"""The indexes of names hold the id behind the name: pages of people of one name come in one order, read from the index.

The single indexes go by their names. Django would write the whole table anew on SQLite to take an index from a field.
"""

from typing import Any

from django.db import migrations, models

import domicile.apps.common.fields

TABLE, COLUMNS = "people_person", ("name", "given", "sound")


def drop_single(_apps: Any, editor: Any) -> None:
    with editor.connection.cursor() as cursor:
        found = editor.connection.introspection.get_constraints(cursor, TABLE)
    for name, one in found.items():
        if one["index"] and len(one["columns"]) == 1 and one["columns"][0] in COLUMNS:
            editor.execute(f"DROP INDEX {editor.quote_name(name)}")


def make_single(_apps: Any, editor: Any) -> None:
    for column in COLUMNS:
        editor.execute(f"CREATE INDEX people_person_{column} ON {TABLE} ({column})")


class Migration(migrations.Migration):
    dependencies = [("people", "0005_rules_of_newborns")]

    operations = [
        migrations.AddIndex("person", models.Index(fields=["name", "id"], name="person_name")),
        migrations.AddIndex("person", models.Index(fields=["given", "id"], name="person_given")),
        migrations.AddIndex("person", models.Index(fields=["sound", "id"], name="person_sound")),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_single, make_single)],
            state_operations=[
                migrations.AlterField(
                    "person", "name", domicile.apps.common.fields.KeyField(blank=True, max_length=64)
                ),
                migrations.AlterField(
                    "person",
                    "given",
                    domicile.apps.common.fields.KeyField(
                        blank=True, help_text="the name without its surname", max_length=64
                    ),
                ),
                migrations.AlterField(
                    "person",
                    "sound",
                    domicile.apps.common.fields.KeyField(
                        blank=True, help_text="toneless pinyin without spaces", max_length=160
                    ),
                ),
            ],
        ),
    ]
