"""Which pairs are compared: a blocking rule at a time, never more pairs than fit, and a word on what was left out."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from domicile.core.linkage.specification import BlockingRule, Specification

#: Pairs that one run may compare for each record, and at least: beyond, the largest blocks of a rule are left out.
PAIRS_A_RECORD = 4
FEWEST_PAIRS = 2_000_000


@dataclass(frozen=True, slots=True)
class Blocked:
    """One rule: pairs that it would have given, those that were taken, and how many blocks were left out as too large.

    Pairs are counted before those that another rule gave already are taken away, so `found` of all rules exceeds what is
    compared.
    """

    rule: str
    found: int
    taken: int
    blocks_left_out: int

    @property
    def left_out(self) -> int:
        """Pairs that were not compared."""
        return self.found - self.taken


def most_pairs(records: int) -> int:
    """How many pairs a run over so many records compares at most, unless told otherwise."""
    return max(FEWEST_PAIRS, PAIRS_A_RECORD * records)


def block(
    engine: duckdb.DuckDBPyConnection, specification: Specification, *, limit: int, linking: bool
) -> list[Blocked]:
    """Fill the table `candidate` (l, r; l < r or, when linking, l of the left list) from the tables `record` and `probe`.

    `record` holds every row that takes part, with `component` and, when linking, `side` (0 left, 1 right); `probe` the rows for
    which it is open who they are. `limit` bounds the pairs of all rules together.
    """
    engine.execute("CREATE OR REPLACE TABLE candidate (l UINTEGER, r UINTEGER)")
    # Who was joined to another record is spoken for by that one where everyone is asked.
    engine.execute("CREATE OR REPLACE VIEW root AS FROM record WHERE component = row")
    found, room = [], limit
    for rule in specification.blocking:
        one = _Rule(engine, rule, linking)
        blocked = one.run(room)
        room -= blocked.taken
        found.append(blocked)
    return found


class _Rule:
    """One blocking rule at work."""

    def __init__(self, engine: duckdb.DuckDBPyConnection, rule: BlockingRule, linking: bool) -> None:
        self.engine, self.rule, self.linking = engine, rule, linking

    def run(self, room: int) -> Blocked:
        mine, theirs = self.rule.sides
        symmetrical = mine == theirs
        for table in ("asking", "answering"):
            self.engine.execute(
                f"CREATE OR REPLACE TEMP TABLE {table} (row UINTEGER, side TINYINT, way INT, k UBIGINT)"
            )
        if symmetrical and self.rule.everyone:
            keyed = _keyed("root", mine, 0)
            self.engine.execute(
                f"INSERT INTO asking WITH keyed AS MATERIALIZED ({keyed}) FROM keyed "  # noqa: S608
                "WHERE k IN (SELECT k FROM keyed GROUP BY k HAVING count(*) > 1)"
            )
            self.engine.execute("INSERT INTO answering FROM asking")
            return self._pair(room, symmetrical)
        asking = "root" if self.rule.everyone else "probe"
        # Where only some ask, an unsymmetrical rule is asked both ways: whoever is open may stand on either side of it.
        for way, (ask, answer) in enumerate([(mine, theirs), (theirs, mine)]):
            if way and (symmetrical or self.rule.everyone):
                break
            self.engine.execute(f"INSERT INTO asking {_keyed(asking, ask, way)}")
            self.engine.execute(
                f"INSERT INTO answering FROM ({_keyed('record', answer, way)}) keyed "
                f"WHERE EXISTS (FROM asking a WHERE a.k = keyed.k AND a.way = {way})"
            )
        return self._pair(room, symmetrical)

    def _pair(self, room: int, symmetrical: bool) -> Blocked:
        """Take the smallest blocks first until there is no more room."""
        # Where a rule is symmetrical, q of a records that answer ask themselves: each with the a - 1 others, two who ask once only.
        pairs = "q.n * (a.n - 1) - q.n * (q.n - 1) // 2" if symmetrical and not self.linking else "q.n * a.n"
        across = " AND q.side <> a.side" if self.linking else ""
        sizes = "(SELECT k, way, side, count(*) AS n FROM {} GROUP BY ALL)"
        self.engine.execute(
            f"""CREATE OR REPLACE TEMP TABLE block AS SELECT k, way, pairs,
            sum(pairs) OVER (ORDER BY pairs, k, way ROWS UNBOUNDED PRECEDING) <= {int(room)} AS fits FROM (
                SELECT k, way, max({pairs}) AS pairs FROM {sizes.format("asking")} q
                JOIN {sizes.format("answering")} a USING (k, way) WHERE true{across} GROUP BY k, way
            ) WHERE pairs > 0"""  # noqa: S608
        )
        found, taken, out = self.engine.execute(
            "SELECT coalesce(sum(pairs), 0)::BIGINT, coalesce(sum(pairs) FILTER (fits), 0)::BIGINT, "
            "count(*) FILTER (NOT fits) FROM block"
        ).fetchone() or (0, 0, 0)
        sides = "asking.side <> answering.side" if self.linking else "asking.row <> answering.row"
        order = "asking.side = 0" if self.linking else "asking.row < answering.row"
        self.engine.execute(
            f"""INSERT INTO candidate SELECT DISTINCT CASE WHEN {order} THEN asking.row ELSE answering.row END AS l,
            CASE WHEN {order} THEN answering.row ELSE asking.row END AS r
            FROM asking JOIN block USING (k, way) JOIN answering USING (k, way)
            JOIN record one ON one.row = asking.row JOIN record two ON two.row = answering.row
            WHERE fits AND one.component <> two.component AND {sides}"""  # noqa: S608
        )
        return Blocked(self.rule.name, int(found), int(taken), int(out))


def _keyed(table: str, columns: tuple[str, ...], way: int) -> str:
    present = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    return f"SELECT row, side, {way} AS way, hash({', '.join(columns)}) AS k FROM {table} WHERE {present}"  # noqa: S608
