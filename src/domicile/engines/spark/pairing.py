"""The pairs of a linkage on Spark: what the cascade decides, who is still open, which pairs blocking gives.

The tables are those of engines.linkage, as views: `base` (row, side and the columns that the specification looks at), `record`
(the same with `component`), `pair`, `probe`, `candidate`. Spark changes no table in place, so that each step makes the next
view; what is used again is held by the workers, and worked out anew where one dies.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from domicile.core.linkage.preparing import with_corrections
from domicile.core.linkage.specification import BlockingRule, Specification, Step
from domicile.engines.linkage.blocking import Blocked
from domicile.engines.linkage.conditions import SPARK, sql
from domicile.engines.spark.session import Connected


def load(on: Connected, specification: Specification, records: pl.DataFrame) -> None:
    """Make `base`, `record` and an empty `pair` of prepared records."""
    held = [name for name in specification.columns() if name in records.columns]
    on.table("base_given", records.select(pl.col("row").cast(pl.Int64), "side", *held).to_arrow())
    on.view("base", "SELECT * FROM base_given", keep=True)
    on.view("moved", "SELECT CAST(NULL AS BIGINT) AS row, CAST(NULL AS BIGINT) AS component WHERE false")
    on.view("pair", "SELECT CAST(NULL AS BIGINT) AS l, CAST(NULL AS BIGINT) AS r, '' AS step WHERE false")
    _records(on)


def _records(on: Connected) -> None:
    """`record`: few rows are joined to another, `moved` tells to which."""
    on.view(
        "record", "SELECT b.*, coalesce(m.component, b.row) AS component FROM base b LEFT JOIN moved m ON m.row = b.row"
    )


def decide(on: Connected, specification: Specification, *, linking: bool) -> None:
    """Run the cascade: pairs go into `pair`, and `component` of `record` becomes the smallest row that a record is joined to."""
    pairs = []
    for number, step in enumerate(specification.cascade):
        hit = f"hit_{number}"
        on.view(hit, _stars(step), keep=True)
        across = " JOIN base a ON a.row = h.l JOIN base b ON b.row = h.r WHERE a.side <> b.side" if linking else ""
        pairs.append(f"SELECT h.l, h.r, '{step.name}' AS step FROM {hit} h{across}")  # noqa: S608
        on.view(
            f"moved_{number}",
            f"""WITH joined AS (SELECT r, min(l) AS root FROM {hit} GROUP BY r)
            SELECT m.row, coalesce(j.root, m.component) AS component FROM moved m LEFT JOIN joined j ON j.r = m.component
            UNION ALL SELECT r, root FROM joined""",  # noqa: S608
            keep=True,
        )
        on.view("moved", f"SELECT * FROM moved_{number}")  # noqa: S608
        _records(on)
    if pairs:
        on.view("pair", " UNION ALL ".join(pairs), keep=True)


def _stars(step: Step) -> str:
    """SQL of the pairs of a step: the first record of each group of equals with each of the others, where the condition holds.

    Only records that are still their own component take part: who was joined is spoken for by whom it was joined to.
    """
    columns = (*step.equal, *step.alike)
    present = " AND ".join(f"{column} IS NOT NULL" for column in step.equal)
    same = " AND ".join(f"g.{column} <=> b.{column}" for column in columns)
    condition = f" AND ({sql(step.condition, 'a.{}', 'b.{}', SPARK)})" if step.condition else ""
    return f"""WITH keyed AS (SELECT * FROM record WHERE {present} AND component = row),
        grouped AS (SELECT {", ".join(columns)}, min(row) AS first FROM keyed GROUP BY ALL HAVING count(*) > 1)
        SELECT a.row AS l, b.row AS r FROM grouped g JOIN keyed b ON {same} JOIN keyed a ON a.row = g.first
        WHERE a.row < b.row{condition}"""  # noqa: S608


def ask(on: Connected, specification: Specification, records: pl.DataFrame) -> None:
    """Make `probe`, the records of whom it is open who they are, and `correction` (row, number): see engines.linkage.tables."""
    certain = specification.certain
    if certain is None:
        query = "SELECT * FROM record WHERE component = row"
    else:
        query = f"""SELECT r.* FROM record r LEFT ANTI JOIN (SELECT component FROM record WHERE {certain} IS NOT NULL) c
            ON c.component = r.component WHERE r.{certain} IS NULL"""  # noqa: S608
    on.view("open", query)
    if specification.same:
        query = f"""SELECT o.* FROM open o LEFT SEMI JOIN
            (SELECT min(row) AS row FROM open GROUP BY {", ".join(specification.same)}) first ON first.row = o.row"""  # noqa: S608
    on.view("probe", query, keep=True)
    if specification.corrected:
        on.table("correction", with_corrections(records).with_columns(pl.col("row").cast(pl.Int64)).to_arrow())


def block(on: Connected, specification: Specification, *, limit: int, linking: bool) -> list[Blocked]:
    """Make `candidate` (l, r) by the blocking rules, never more pairs than `limit`, and by the numbers that a broken one may be.

    All rules are counted at one go; only where they give too many is one looked at after the other, and its smallest blocks
    taken first.
    """
    rules = [_Rule(rule, number, linking) for number, rule in enumerate(specification.blocking)]
    for rule in rules:
        for name, query in rule.views():
            on.view(name, query)
    counted: dict[int, tuple[int, int]] = {}
    if rules:
        counts = " UNION ALL ".join(
            f"SELECT {rule.number} AS rule, coalesce(sum(pairs), 0) AS found, count(*) AS blocks FROM {rule.block}"  # noqa: S608
            for rule in rules
        )
        counted = {row["rule"]: (int(row["found"]), row["blocks"]) for row in on.arrow(counts).to_pylist()}
    found, taken, room = [], [], limit
    for rule in rules:
        pairs, _blocks = counted[rule.number]
        blocked = Blocked(rule.rule.name, pairs, pairs, 0)
        if pairs > room:
            on.view(f"fitting_{rule.number}", rule.fitting(room), keep=True)
            fit, out = on.row(
                f"""SELECT coalesce(sum(pairs) FILTER (WHERE fits), 0), count(*) FILTER (WHERE NOT fits)
                FROM fitting_{rule.number}"""  # noqa: S608
            )
            blocked = Blocked(rule.rule.name, pairs, int(fit), int(out))
        room -= blocked.taken
        found.append(blocked)
        if blocked.taken:
            taken.append(rule.candidates(capped=pairs > blocked.taken))
    if specification.corrected:
        taken.append(_corrected(specification.corrected, linking))
    if not taken:
        taken = ["SELECT l, r FROM pair WHERE false"]
    on.view("candidate", f"SELECT DISTINCT l, r FROM ({' UNION ALL '.join(taken)})", keep=True)  # noqa: S608
    return found


def _corrected(column: str, linking: bool) -> str:
    order = "a.side = 0" if linking else "a.row < b.row"
    across = "a.side <> b.side" if linking else "a.component <> b.component"
    return f"""SELECT CASE WHEN {order} THEN a.row ELSE b.row END AS l, CASE WHEN {order} THEN b.row ELSE a.row END AS r
        FROM correction c JOIN record a ON a.row = c.row JOIN record b ON b.{column} = c.number WHERE {across}"""  # noqa: S608


@dataclass(frozen=True)
class _Rule:
    """One blocking rule in views of its own: who asks, who answers, and the blocks (keys k1 …, way, pairs)."""

    rule: BlockingRule
    number: int
    linking: bool

    @property
    def block(self) -> str:
        return f"block_{self.number}"

    @property
    def _keys(self) -> list[str]:
        return [f"k{place}" for place in range(len(self.rule.left))] + ["way"]

    def views(self) -> list[tuple[str, str]]:
        """Names and queries, in order."""
        mine, theirs = self.rule.sides
        symmetrical = mine == theirs
        # Who was joined to another record is spoken for by that one where everyone is asked.
        own = "record WHERE component = row" if self.rule.everyone else "probe WHERE true"
        # Where only some ask, an unsymmetrical rule is asked both ways: whoever is open may stand on either side of it.
        ways = [(mine, theirs)] if symmetrical or self.rule.everyone else [(mine, theirs), (theirs, mine)]
        asking = [_keyed(own, ask, way) for way, (ask, _answer) in enumerate(ways)]
        answers = own if symmetrical and self.rule.everyone else "record WHERE true"
        answering = [_keyed(answers, answer, way) for way, (_ask, answer) in enumerate(ways)]
        if self.linking:
            pairs = "greatest(q0 * a1, q1 * a0)"
        elif symmetrical:
            pairs = "q0 * (a0 - 1) - q0 * (q0 - 1) div 2"
        else:
            pairs = "q0 * a0"
        keys = ", ".join(self._keys)
        # Who asks and who answers are counted in one go, by side: to count each and join them takes three times the stages.
        counts = ", ".join(
            f"count(*) FILTER (WHERE {'' if asks else 'NOT '}asks AND side = {side}) AS {name}{side}"
            for name, asks in (("q", True), ("a", False))
            for side in (0, 1)
        )
        return [
            (f"asking_{self.number}", " UNION ALL ".join(asking)),
            (f"answering_{self.number}", " UNION ALL ".join(answering)),
            (
                self.block,
                f"""SELECT * FROM (SELECT {keys}, {pairs} AS pairs FROM (SELECT {keys}, {counts} FROM (
                    SELECT {keys}, side, true AS asks FROM asking_{self.number}
                    UNION ALL SELECT {keys}, side, false AS asks FROM answering_{self.number}
                ) GROUP BY {keys})) WHERE pairs > 0""",  # noqa: S608
            ),
        ]

    def fitting(self, room: int) -> str:
        """The blocks with `fits`: the smallest are taken first until there is no more room."""
        order = ", ".join(("pairs", *self._keys))
        return f"""SELECT *, sum(pairs) OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING) <= {int(room)} AS fits
            FROM {self.block}"""  # noqa: S608

    def candidates(self, *, capped: bool) -> str:
        """The pairs of the rule, or of those of its blocks that fit."""
        keys = ", ".join(self._keys)
        fits = f" JOIN fitting_{self.number} f USING ({keys})" if capped else ""
        order = "q.side = 0" if self.linking else "q.row < a.row"
        apart = "q.side <> a.side" if self.linking else "q.row <> a.row"
        return f"""SELECT CASE WHEN {order} THEN q.row ELSE a.row END AS l, CASE WHEN {order} THEN a.row ELSE q.row END AS r
            FROM asking_{self.number} q JOIN answering_{self.number} a USING ({keys}){fits}
            WHERE q.component <> a.component AND {apart}{" AND f.fits" if capped else ""}"""  # noqa: S608


def _keyed(table: str, columns: tuple[str, ...], way: int) -> str:
    present = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    keys = ", ".join(f"{column} AS k{place}" for place, column in enumerate(columns))
    return f"SELECT row, side, component, {way} AS way, {keys} FROM {table} AND {present}"  # noqa: S608
