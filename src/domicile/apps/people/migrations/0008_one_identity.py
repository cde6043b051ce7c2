"""What a link of identities promises, stated in the database itself.

- An id that stands for others stands itself, so that one step resolves any id and no circle can be.
- Of all ids of one person, only the one that stands has a residence that goes on.
- The usual residences of all ids of one person never overlap.
"""

# ruff: noqa: S608 -- nothing of it comes from outside this file
from typing import Any

from django.db import migrations

ROOTS = "one_step_to_the_identity"
LIVES = "who_does_not_stand_lives_nowhere"
OVERLAP = "usual_spells_of_an_identity_never_overlap"

CHAIN = """EXISTS (SELECT 1 FROM people_sameperson o WHERE o.person_id = NEW.stands_id)
           OR EXISTS (SELECT 1 FROM people_sameperson o WHERE o.stands_id = NEW.person_id)"""
# All ids of the one who stands ({root}), and whether two of their usual residences overlap.
GROUP = "SELECT {root} UNION ALL SELECT g.person_id FROM people_sameperson g WHERE g.stands_id = {root}"
MEET = """{a}.kind = 'usual' AND {b}.kind = 'usual' AND {a}.id <> {b}.id
          AND ({a}.start IS NULL OR {b}."end" IS NULL OR {a}.start < {b}."end")
          AND ({a}."end" IS NULL OR {b}.start IS NULL OR {a}."end" > {b}.start)"""
STANDS = "COALESCE((SELECT r.stands_id FROM people_sameperson r WHERE r.person_id = NEW.person_id), NEW.person_id)"


def _of_link(event: str) -> list[str]:
    """Guards of a link that is made or told anew, on SQLite."""
    inside = GROUP.format(root="NEW.stands_id")
    return [
        f"""CREATE TRIGGER {ROOTS}_{event} BEFORE {event} ON people_sameperson
            BEGIN SELECT RAISE(ABORT, '{ROOTS}') WHERE {CHAIN}; END""",
        f"""CREATE TRIGGER {LIVES}_link_{event} BEFORE {event} ON people_sameperson
            BEGIN SELECT RAISE(ABORT, '{LIVES}') WHERE EXISTS (
                SELECT 1 FROM people_spell s WHERE s.person_id = NEW.person_id AND s.kind = 'usual' AND s."end" IS NULL
            ); END""",
        f"""CREATE TRIGGER {OVERLAP}_link_{event} AFTER {event} ON people_sameperson
            BEGIN SELECT RAISE(ABORT, '{OVERLAP}') WHERE EXISTS (
                SELECT 1 FROM people_spell a JOIN people_spell b ON {MEET.format(a="a", b="b")}
                WHERE a.person_id = NEW.person_id AND b.person_id IN ({inside})
            ); END""",
    ]


def _of_spell(event: str) -> list[str]:
    """Guards of a spell of somebody with several ids, on SQLite; of anybody else two looks into an index."""
    linked = (
        "EXISTS (SELECT 1 FROM people_sameperson l WHERE l.person_id = NEW.person_id OR l.stands_id = NEW.person_id)"
    )
    return [
        f"""CREATE TRIGGER {LIVES}_{event} BEFORE {event} ON people_spell WHEN NEW.kind = 'usual' AND NEW."end" IS NULL
            BEGIN SELECT RAISE(ABORT, '{LIVES}') WHERE EXISTS (
                SELECT 1 FROM people_sameperson l WHERE l.person_id = NEW.person_id
            ); END""",
        f"""CREATE TRIGGER {OVERLAP}_{event} BEFORE {event} ON people_spell WHEN NEW.kind = 'usual' AND {linked}
            BEGIN SELECT RAISE(ABORT, '{OVERLAP}') WHERE EXISTS (
                SELECT 1 FROM people_spell b WHERE {MEET.format(a="NEW", b="b")}
                AND b.person_id IN ({GROUP.format(root=STANDS)})
            ); END""",
    ]


SQLITE = [statement for event in ("INSERT", "UPDATE") for statement in (*_of_link(event), *_of_spell(event))]

# PostgreSQL asks once a statement, whatever its rows: a sheet of a million stays is one question.
POSTGRESQL = [
    f"""CREATE FUNCTION people_guard_link() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {CHAIN} THEN RAISE EXCEPTION '{ROOTS}' USING ERRCODE = 'check_violation'; END IF;
        IF EXISTS (SELECT 1 FROM people_spell s WHERE s.person_id = NEW.person_id AND s.kind = 'usual' AND s."end" IS NULL)
        THEN RAISE EXCEPTION '{LIVES}' USING ERRCODE = 'check_violation'; END IF;
        IF EXISTS (
            SELECT 1 FROM people_spell a JOIN people_spell b ON {MEET.format(a="a", b="b")}
            WHERE a.person_id = NEW.person_id
              AND b.person_id = ANY (ARRAY({GROUP.format(root="NEW.stands_id")}))
        ) THEN RAISE EXCEPTION '{OVERLAP}' USING ERRCODE = 'check_violation'; END IF;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER people_guard_link AFTER INSERT OR UPDATE ON people_sameperson
       FOR EACH ROW EXECUTE FUNCTION people_guard_link()""",
    f"""CREATE FUNCTION people_guard_spells() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM people_sameperson) THEN RETURN NULL; END IF;
        IF EXISTS (
            SELECT 1 FROM fresh n JOIN people_sameperson l ON l.person_id = n.person_id
            WHERE n.kind = 'usual' AND n."end" IS NULL
        ) THEN RAISE EXCEPTION '{LIVES}' USING ERRCODE = 'check_violation'; END IF;
        IF EXISTS (
            WITH linked AS (
                SELECT n.id, n.kind, n.start, n."end", l.stands_id
                FROM fresh n JOIN people_sameperson l ON l.person_id = n.person_id WHERE n.kind = 'usual'
                UNION
                SELECT n.id, n.kind, n.start, n."end", n.person_id
                FROM fresh n JOIN people_sameperson l ON l.stands_id = n.person_id WHERE n.kind = 'usual'
            )
            SELECT 1 FROM linked a
            JOIN LATERAL (SELECT a.stands_id AS pid
                UNION ALL SELECT g.person_id FROM people_sameperson g WHERE g.stands_id = a.stands_id) ids ON true
            JOIN people_spell b ON b.person_id = ids.pid AND {MEET.format(a="a", b="b")}
        ) THEN RAISE EXCEPTION '{OVERLAP}' USING ERRCODE = 'check_violation'; END IF;
        RETURN NULL;
    END $$""",
    *(
        f"""CREATE TRIGGER people_guard_spells_{event} AFTER {event} ON people_spell
            REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION people_guard_spells()"""
        for event in ("INSERT", "UPDATE")
    ),
]  # fmt: skip
BACK_SQLITE = [
    f"DROP TRIGGER {name}_{event}"
    for event in ("INSERT", "UPDATE")
    for name in (ROOTS, f"{LIVES}_link", f"{OVERLAP}_link", LIVES, OVERLAP)
]
BACK_POSTGRESQL = [
    "DROP TRIGGER people_guard_spells_INSERT ON people_spell",
    "DROP TRIGGER people_guard_spells_UPDATE ON people_spell",
    "DROP FUNCTION people_guard_spells()",
    "DROP TRIGGER people_guard_link ON people_sameperson",
    "DROP FUNCTION people_guard_link()",
]


def _run(schema_editor: Any, postgresql: list[str], sqlite: list[str]) -> None:
    if schema_editor.connection.alias != "default":
        return
    for statement in postgresql if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement)


def forwards(_apps: Any, schema_editor: Any) -> None:
    _run(schema_editor, POSTGRESQL, SQLITE)


def backwards(_apps: Any, schema_editor: Any) -> None:
    _run(schema_editor, BACK_POSTGRESQL, BACK_SQLITE)


class Migration(migrations.Migration):
    dependencies = [("people", "0007_same_person")]
    operations = [migrations.RunPython(forwards, backwards, elidable=False)]
