"""Which persons a question means, inside the viewer's areas: one or two statements, however large the register.

Two plans. A narrow scope (a grid, a community) begins with the people visible there and keeps those that match. A wide
one begins with the index of the name or birth date and stops after a page, asking of each whether the viewer may see
them.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

from domicile.apps.common.fields import next_key
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Person
from domicile.apps.people.selectors.question import Question
from domicile.apps.vault.keyring import blind
from domicile.core.codes import identity
from domicile.core.codes.phones import phone_variants
from domicile.core.linkage.names import query_sounds, sound

PAGE = 20
#: Scopes of at least this many digits hold few people: a community or a grid.
NARROW = 12
# Ways in which a person was found, the best first.
WAYS = ("number", "one_digit", "phone", "phone_one_digit", "name", "given", "former", "sound", "born")
#: A way, its condition with the values in it, and an order that an index gives.
Tier = tuple[str, str, list[Any], str]
#: What a number is of (document, phone), the numbers that are looked for, and the way.
Asked = tuple[str, list[str], str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A person found and the way: one of WAYS."""

    person_id: uuid.UUID
    way: str


def find(viewer: Viewer, question: Question, *, offset: int = 0, limit: int = PAGE + 1) -> list[Hit]:
    """The persons meant, best first, from `offset` on; nobody without a scope."""
    if not viewer.ranges():
        return []
    if question.document or question.phone:
        return _by_numbers(viewer, question)[offset : offset + limit]
    if question.name:
        return _by_name(viewer, question, offset + limit)[offset:]
    if question.born:
        return _by_birth(viewer, question, offset + limit)[offset:]
    return []


def _run(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _id(value: Any) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)


def _inside(viewer: Viewer) -> tuple[str, list[str]]:
    """SQL and values of: v.code lies in the viewer's areas."""
    ranges = viewer.ranges()
    condition = " OR ".join(["(v.code >= %s AND v.code < %s)"] * len(ranges))
    return f"({condition})", [end for pair in ranges for end in pair]


def visible_sql(viewer: Viewer, person: str) -> tuple[str, list[str]]:
    """SQL and values of: the viewer, who has a scope, may see the person whose id is this SQL expression."""
    inside, values = _inside(viewer)
    return f"EXISTS (SELECT 1 FROM people_visibility v WHERE v.person_id = {person} AND {inside})", values  # noqa: S608


def stands_sql(person: str) -> str:
    """SQL of: the id that stands for the person whose id is this SQL expression."""
    return f"COALESCE((SELECT s.stands_id FROM people_sameperson s WHERE s.person_id = {person}), {person})"  # noqa: S608


def is_narrow(viewer: Viewer) -> bool:
    """Whether all the viewer's scopes are communities or grids, and only a few of them."""
    return len(viewer.scopes) <= 3 and all(len(scope) >= NARROW for scope in viewer.scopes)


# --- by number -----------------------------------------------------------------------------------------------------


def document_candidates(number: str) -> list[str]:
    """The number itself, and a 15-place one also in 18 places."""
    exact = [number]
    if len(number) == 15 and number.isdigit():
        century = "18" if number[12:] in identity.CENTENARIAN_SERIALS else "19"
        first17 = number[:6] + century + number[6:]
        exact.append(first17 + identity.check_char(first17))
    return exact


def _by_numbers(viewer: Viewer, question: Question) -> list[Hit]:
    """Exact hits; only when there is none, those with one digit wrong or two neighbours swapped.

    One query, and one more where an exact number is not found. A number that its check character proves wrong is
    asked for together with its neighbours.
    """
    documents = document_candidates(question.document) if question.document else []
    phones = [question.phone] if question.phone else []
    exact: list[Asked] = [("document", documents, "number"), ("phone", phones, "phone")]
    if not _proven_wrong(question.document):
        found = _probe(viewer, exact)
        if found:
            return found
        exact = []
    near = list(dict.fromkeys(other for value in documents for other in identity.variants(value)))
    near_phones = [other for value in phones for other in phone_variants(value)]
    found = _probe(viewer, [*exact, ("document", near, "one_digit"), ("phone", near_phones, "phone_one_digit")])
    return [hit for hit in found if hit.way in {"number", "phone"}] or found


def _proven_wrong(number: str) -> bool:
    """Whether the check character of an 18-place number does not fit the rest."""
    return len(number) == 18 and number[:17].isdigit() and identity.check_char(number[:17]) != number[17]


def _probe(viewer: Viewer, asked: list[Asked]) -> list[Hit]:
    """Persons visible to the viewer who have one of the document numbers or phones, the best way first. One query."""
    stands = stands_sql("n.person_id")
    visible, scope_values = visible_sql(viewer, stands)
    parts: list[str] = []
    values: list[Any] = []
    for kind, numbers, way in asked:
        if not numbers:
            continue
        one_of, hashes = _one_of([blind(kind, number) for number in numbers])
        parts.append(
            f"SELECT {stands}, {WAYS.index(way)} FROM people_{kind} n WHERE n.blind {one_of} AND {visible}"  # noqa: S608
        )
        values += [*hashes, *scope_values]
    return _best([Hit(_id(person), WAYS[way]) for person, way in _run(" UNION ALL ".join(parts), values)])


def _one_of(hashes: list[bytes]) -> tuple[str, list[Any]]:
    """SQL and values of: equals one of these. To PostgreSQL they go as one value, which takes half as long as 180."""
    if connections["default"].vendor == "postgresql":
        return "= ANY(%s::bytea[])", ["{" + ",".join(f'"\\\\x{one.hex()}"' for one in hashes) + "}"]
    return f"IN ({', '.join(['%s'] * len(hashes))})", list(hashes)


def _best(hits: list[Hit]) -> list[Hit]:
    """One hit a person, the best way first, in a stable order."""
    ranked = sorted(hits, key=lambda hit: (WAYS.index(hit.way), hit.person_id))
    return list({hit.person_id: hit for hit in reversed(ranked)}.values())[::-1]


# --- by name ---------------------------------------------------------------------------------------------------------


def _born_sql(question: Question) -> tuple[str, list[Any]]:
    if question.born is None:
        return "", []
    return " AND p.birth_date >= %s AND p.birth_date < %s", list(question.born)


def _by_name(viewer: Viewer, question: Question, limit: int) -> list[Hit]:
    """Names that begin so, given names, former names, names that sound so: in this order."""
    name, sounds = question.name, sorted(query_sounds(question.name))
    ask = _name_in_scope if is_narrow(viewer) else _name_from_index
    return _each_once(lambda most: ask(viewer, question, name, sounds, most), limit)


def _each_once(ask: Callable[[int], list[Any]], limit: int) -> list[Hit]:
    """Hits of persons by (id, way), each person once: several ids of one are asked for again until the page is full."""
    most = limit
    while True:
        rows = ask(most)
        found = {hit.person_id: hit for hit in reversed([Hit(_id(person), WAYS[way]) for person, way in rows])}
        if len(found) >= limit or len(rows) < most:
            return list(found.values())[::-1][:limit]
        most *= 2


def _scope(inside: str) -> str:
    """SQL of `scope`: all ids of the persons visible there, with the id that stands."""
    return f"""seen AS MATERIALIZED (SELECT DISTINCT v.person_id FROM people_visibility v WHERE {inside}),
        scope AS MATERIALIZED (
            SELECT person_id, person_id AS stands_id FROM seen
            UNION ALL SELECT s.person_id, s.stands_id FROM seen CROSS JOIN people_sameperson s WHERE s.stands_id = seen.person_id
        )"""  # noqa: S608


def _name_in_scope(viewer: Viewer, question: Question, name: str, sounds: list[str], limit: int) -> list[Any]:
    inside, scope_values = _inside(viewer)
    born, born_values = _born_sql(question)
    marks = ", ".join(["%s"] * len(sounds)) or "NULL"
    begin = _begun(name)
    heard = f"p.sound IN ({marks})" + (" OR p.sound >= %s AND p.sound < %s" if begin else "")
    sql = f"""
        WITH {_scope(inside)},
        former AS MATERIALIZED (SELECT f.person_id FROM people_formername f WHERE f.name = %s)
        SELECT id, way FROM (
            SELECT scope.stands_id AS id, p.name, CASE WHEN p.name >= %s AND p.name < %s THEN {WAYS.index("name")}
                WHEN p.given = %s THEN {WAYS.index("given")}
                WHEN p.id IN (SELECT person_id FROM former) THEN {WAYS.index("former")}
                WHEN {heard} THEN {WAYS.index("sound")} END AS way
            FROM scope CROSS JOIN people_person p WHERE p.id = scope.person_id{born}
        ) found WHERE way IS NOT NULL ORDER BY way, name, id LIMIT %s"""  # noqa: S608
    values = [*scope_values, name, name, next_key(name), name, *sounds, *begin, *born_values, limit]
    return _run(sql, values)


def _name_from_index(viewer: Viewer, question: Question, name: str, sounds: list[str], limit: int) -> list[Any]:
    stands = stands_sql("p.id")
    visible, scope_values = visible_sql(viewer, stands)
    born, born_values = _born_sql(question)
    tiers: list[Tier] = [
        ("name", "p.name >= %s AND p.name < %s", [name, next_key(name)], "p.name, p.id"),
        ("given", "p.given = %s", [name], "p.given, p.id"),
        ("former", "p.id IN (SELECT f.person_id FROM people_formername f WHERE f.name = %s)", [name], "p.id"),
    ]
    begin = _begun(name)
    alike = [one for one in sounds if not (begin and begin[0] <= one < begin[1])]
    if alike:
        heard = f"p.sound IN ({', '.join(['%s'] * len(alike))}) AND NOT (p.name >= %s AND p.name < %s)"
        tiers.append(("sound", heard, [*alike, name, next_key(name)], "p.sound, p.id"))
    if begin:
        tiers.append(("sound", "p.sound >= %s AND p.sound < %s", begin, "p.sound, p.id"))
    return _tiers(tiers, visible, scope_values, born, born_values, limit, stands)


def _begun(name: str) -> list[str]:
    """The half-open range of sounds that begin as typed in Latin letters; none for characters, or a single letter."""
    typed = sound(name)
    return [typed, next_key(typed)] if name.isascii() and len(typed) > 1 else []


def _tiers(
    tiers: list[Tier],
    visible: str,
    scope_values: list[str],
    born: str,
    born_values: list[Any],
    limit: int,
    stands: str,
) -> list[Any]:
    """Rows of (person, way) of several conditions, each with its own index and early stop, in one statement.

    Equal names come by id, so that pages of them show everybody once. The indexes hold the id behind the name: to sort
    instead would read all that are found (70,000 named 王 for a page of 20).
    """
    parts, values = [], []
    for number, (way, condition, condition_values, order) in enumerate(tiers):
        parts.append(
            f"SELECT * FROM (SELECT {stands} AS id, {WAYS.index(way)} AS way FROM people_person p "  # noqa: S608
            f"WHERE {condition}{born} AND {visible} ORDER BY {order} LIMIT %s) part{number}"
        )
        values += [*condition_values, *born_values, *scope_values, limit]
    rows = _run(" UNION ALL ".join(parts), values)
    return [row[:2] for row in sorted(rows, key=lambda row: row[1])]


# --- by birth date ---------------------------------------------------------------------------------------------------


def _by_birth(viewer: Viewer, question: Question, limit: int) -> list[Hit]:
    low, high = question.born or (None, None)
    if is_narrow(viewer):
        inside, scope_values = _inside(viewer)
        sql = f"""
            WITH {_scope(inside)}
            SELECT scope.stands_id FROM scope CROSS JOIN people_person p
            WHERE p.id = scope.person_id AND p.birth_date >= %s AND p.birth_date < %s
            ORDER BY p.birth_date, p.id LIMIT %s"""  # noqa: S608
        return _each_once(lambda most: _born_rows(sql, [*scope_values, low, high, most]), limit)
    stands = stands_sql("p.id")
    visible, scope_values = visible_sql(viewer, stands)
    sql = f"""
        SELECT {stands} FROM people_person p WHERE p.birth_date >= %s AND p.birth_date < %s AND {visible}
        ORDER BY p.birth_date, p.id LIMIT %s"""  # noqa: S608
    return _each_once(lambda most: _born_rows(sql, [low, high, *scope_values, most]), limit)


def _born_rows(sql: str, values: Sequence[Any]) -> list[Any]:
    return [(row[0], WAYS.index("born")) for row in _run(sql, values)]


__all__ = ["PAGE", "WAYS", "Hit", "Person", "find", "is_narrow", "visible_sql"]
