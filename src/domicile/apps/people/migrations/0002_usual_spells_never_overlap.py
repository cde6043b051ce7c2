"""Nobody usually lives in two dwellings on one day: stated in the database itself."""

from typing import Any

from django.db import migrations

# The empty text in the condition keeps the planner from reading spells through this index: it takes a GiST index to be as
# cheap as the one of the open spell, and reading through it costs thirty times as much.
POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    """ALTER TABLE people_spell ADD CONSTRAINT usual_spells_never_overlap
       EXCLUDE USING gist (person_id WITH =, daterange(start, "end") WITH &&) WHERE (kind || '' = 'usual')""",
]
OVERLAP = """
CREATE TRIGGER usual_spells_never_overlap_{event} BEFORE {event} ON people_spell WHEN NEW.kind = 'usual'
BEGIN
    SELECT RAISE(ABORT, 'usual_spells_never_overlap') WHERE EXISTS (
        SELECT 1 FROM people_spell AS other
        WHERE other.person_id = NEW.person_id AND other.kind = 'usual' AND other.id <> NEW.id
          AND (other.start IS NULL OR NEW."end" IS NULL OR other.start < NEW."end")
          AND (other."end" IS NULL OR NEW.start IS NULL OR other."end" > NEW.start));
END"""
SQLITE = [OVERLAP.format(event="INSERT"), OVERLAP.format(event="UPDATE")]


def forwards(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.alias != "default":
        return
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def backwards(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.alias != "default":
        return
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE people_spell DROP CONSTRAINT usual_spells_never_overlap")
    else:
        for event in ("INSERT", "UPDATE"):
            schema_editor.execute(f"DROP TRIGGER usual_spells_never_overlap_{event}")


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards, elidable=False)]
