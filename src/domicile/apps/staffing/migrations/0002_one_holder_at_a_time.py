"""A post that is not shared has one holder at a time, and nobody holds a post twice: stated in the database itself."""

from typing import Any

from django.db import migrations

POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    """ALTER TABLE staffing_holding ADD CONSTRAINT one_holder_at_a_time
       EXCLUDE USING gist (post_id WITH =, daterange(start, "end") WITH &&) WHERE (alone)""",
    """ALTER TABLE staffing_holding ADD CONSTRAINT nobody_holds_a_post_twice
       EXCLUDE USING gist (post_id WITH =, worker_id WITH =, daterange(start, "end") WITH &&)""",
]
OVERLAP = """
CREATE TRIGGER one_holder_at_a_time_{event} BEFORE {event} ON staffing_holding
BEGIN
    SELECT RAISE(ABORT, 'one_holder_at_a_time') WHERE EXISTS (
        SELECT 1 FROM staffing_holding AS other
        WHERE other.post_id = NEW.post_id AND other.id <> NEW.id
          AND ((other.alone AND NEW.alone) OR other.worker_id = NEW.worker_id)
          AND (NEW."end" IS NULL OR other.start < NEW."end")
          AND (other."end" IS NULL OR other."end" > NEW.start));
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
        for name in ("one_holder_at_a_time", "nobody_holds_a_post_twice"):
            schema_editor.execute(f"ALTER TABLE staffing_holding DROP CONSTRAINT {name}")
    else:
        for event in ("INSERT", "UPDATE"):
            schema_editor.execute(f"DROP TRIGGER one_holder_at_a_time_{event}")


class Migration(migrations.Migration):
    dependencies = [("staffing", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards, elidable=False)]
