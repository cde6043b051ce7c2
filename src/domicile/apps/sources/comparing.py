"""The rows of a list against the register: pairs, what they differ in, and the four piles."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from domicile.apps.common.fields import prefix_q
from domicile.apps.places.models import Dwelling
from domicile.apps.sources import rules
from domicile.apps.sources.registry import SAME_AS, WORDS, Source
from domicile.core.codes.text import comparison_key_column
from domicile.engines.likeness import Likely, Meant, likely
from domicile.engines.lists import COLUMNS, match_lists

MOST_CANDIDATES: Final = 8
PADDED: Final = 15
AT_ONCE: Final = 5000
#: The step of rows that only the scores found somebody for.
LIKELY: Final = "likely"


@dataclass(frozen=True)
class Earlier:
    """What was decided about the rows of an earlier list: by mark, the person chosen, and those ruled out."""

    chosen: Mapping[bytes, str] = field(default_factory=dict)
    refused: Mapping[bytes, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Compared:
    """`there`: all rows of the list with pile, person, event, place_code, step, sure, differs, candidates.

    `here`: those who should be on the list and are not. `passed_over`: values too common to tell anybody by. `left_out`: pairs
    too many to be weighed.
    """

    there: list[dict[str, Any]]
    here: list[dict[str, Any]]
    passed_over: int
    left_out: int = 0

    def count(self, pile: str) -> int:
        return len(self.here) if pile == "here" else sum(row["pile"] == pile for row in self.there)


def compare(
    source: Source, rows: pl.DataFrame, marks: Sequence[bytes], register: pl.DataFrame, people: pl.DataFrame, scope: str,
    earlier: Earlier, today: dt.date,
) -> Compared:  # fmt: skip
    """Sort the rows of a list (preparing.SCHEMA, with their marks) and those of the register (register.frame_for)."""
    left = rows.with_columns(pl.col("birth_date").alias("birth"), pl.int_range(pl.len(), dtype=pl.Int64).alias("row"))
    decided = _decided(marks, register, earlier.chosen)
    open_left = left.filter(~pl.col("row").is_in(list(decided)))
    open_right = register.filter(~pl.col("row").is_in(list(decided.values())))
    matched = match_lists(open_left.select("row", *COLUMNS), open_right.select("row", *COLUMNS))
    partner = {one: (other, "chosen", True) for one, other in decided.items()}
    partner |= {one: (other, step, sure) for one, other, step, sure in matched.pairs.iter_rows()}
    tied: dict[int, list[int]] = {}
    for one, other in matched.tied.iter_rows():
        tied.setdefault(one, []).append(other)
    who = register["person"].to_list()
    for one, out in ((place, earlier.refused.get(mark)) for place, mark in enumerate(marks)):
        if out and one in partner and who[partner[one][0]] in out:
            del partner[one]
        if out and one in tied:
            tied[one] = [other for other in tied[one] if who[other] not in out]
    taken = {other for other, _step, _sure in partner.values()} | {other for some in tied.values() for other in some}
    out_of = {place: earlier.refused.get(mark, frozenset()) for place, mark in enumerate(marks)}
    weighed = _weigh(source, left, register, {*partner, *(one for one in tied if tied[one])}, taken, today)
    meant = _to_ask(weighed, who, out_of, today)
    there = _there(source, left, register, partner, tied, meant)
    _find_others(source, there, left, people)
    _find_places(there, left, people, scope)
    taken |= {one.row for some in meant.values() for one in some}
    left_over = register.filter(pl.col("expected") & ~pl.col("row").is_in(sorted(taken)))
    here = left_over.select("person", "event", "place_code", "day").to_dicts()
    return Compared(there, here, matched.passed_over, weighed.left_out)


def _weigh(
    source: Source, left: pl.DataFrame, register: pl.DataFrame, settled: Collection[int], taken: Collection[int], today: dt.date
) -> Likely:  # fmt: skip
    """Who may be meant by the rows that no step settles. A marriage is of two people, whom the scores do not know together."""
    if source.about == "marriages":
        return Likely({}, 0)
    free = register.filter(pl.col("person").is_not_null() & ~pl.col("row").is_in(sorted(taken)))
    open_left = [row for row in range(left.height) if row not in settled]
    area = pl.col("place_code").str.slice(0, 12)
    return likely(
        left.select("row", "name", "sex", "birth", "number", "area"),
        register.select("row", "name", "sex", "birth", "number", area.alias("area")),
        open_left=open_left, open_right=free["row"].to_list(), known=len(settled) / max(left.height, 1), today=today,
        most=MOST_CANDIDATES,
    )  # fmt: skip


def _to_ask(
    weighed: Likely, who: Sequence[str | None], out_of: Mapping[int, frozenset[str]], today: dt.date
) -> dict[int, list[Meant]]:  # fmt: skip
    """The rows of which somebody is likelier meant than not, without those who were ruled out before. Each may be asked about of
    several rows; nobody is joined to any."""
    found = {}
    for row, some in weighed.meant.items():
        left = [one for one in some if who[one.row] not in out_of[row]]
        if left and left[0].probability >= rules.share("asked_above", today):
            found[row] = left
    return found


def _decided(marks: Sequence[bytes], register: pl.DataFrame, chosen: Mapping[bytes, str]) -> dict[int, int]:
    """Pairs that people chose when an earlier list had the same row."""
    if not chosen:
        return {}
    place = {person: row for row, person in register.select("row", "person").iter_rows() if person}
    return {row: place[chosen[mark]] for row, mark in enumerate(marks) if chosen.get(mark) in place}


def _there(
    source: Source, left: pl.DataFrame, register: pl.DataFrame, partner: Mapping[int, tuple[int, str, bool]],
    tied: Mapping[int, list[int]], meant: Mapping[int, list[Meant]],
) -> list[dict[str, Any]]:  # fmt: skip
    pairs = pl.DataFrame(
        [(one, other) for one, (other, _step, _sure) in partner.items()],
        schema={"l": pl.Int64, "r": pl.Int64},
        orient="row",
    )
    differs = _differences(source, left, register, pairs)
    people, events, places, counts = (register[name].to_list() for name in ("person", "event", "place_code", "counts"))
    found = []
    for row, day in left.select("row", "day" if source.about != "births" else "birth_date").iter_rows():
        one: dict[str, Any] = {
            "row": row, "pile": "there", "person": None, "event": None, "place_code": "", "step": "", "sure": True, "differs": "",
            "candidates": [], "day": day,
        }  # fmt: skip
        if row in partner:
            other, step, sure = partner[row]
            one |= {
                "person": people[other],
                "event": events[other],
                "place_code": places[other],
                "step": step,
                "sure": sure,
            }
            said = differs.get(row, "")
            if counts[other]:
                one |= {"differs": said, "pile": "agree" if sure and not said else "differ"}
        elif tied.get(row):
            some = tied[row][:MOST_CANDIDATES]
            one |= {"pile": "differ", "sure": False, "step": "several", "place_code": places[some[0]]}
            one["candidates"] = [{"person": people[other], "why": "maybe"} for other in some if people[other]]
        elif row in meant:
            some = [meaning.row for meaning in meant[row]]
            one |= {"pile": "differ", "sure": False, "step": LIKELY, "place_code": places[some[0]]}
            one["candidates"] = [_weighed(people[meaning.row], meaning) for meaning in meant[row]]
        found.append(one)
    return found


def _weighed(person: str, meaning: Meant) -> dict[str, Any]:
    """Who may be meant, with the score and what it is made of: codes and numbers, and no value of anybody."""
    return {
        "person": person, "why": "maybe", "bits": round(meaning.bits, 4), "prior": round(meaning.prior, 4),
        "evidence": {name: list(told) for name, told in meaning.evidence.items()},
    }  # fmt: skip


def _differences(source: Source, left: pl.DataFrame, register: pl.DataFrame, pairs: pl.DataFrame) -> dict[int, str]:
    """By row of the list, the fields in which both say something and not the same; names but for their script."""
    fields = list(source.compared)
    said = left.select(pl.col("row").alias("l"), *fields)
    held = register.select(
        pl.col("row").alias("r"), *(pl.col(SAME_AS.get(name, name)).alias(f"{name} here") for name in fields)
    )
    joined = pairs.join(said, on="l").join(held, on="r")
    parts = []
    for name in fields:
        one, other = joined[name], joined[f"{name} here"]
        if name in WORDS:
            one, other = comparison_key_column(one), comparison_key_column(other)
        parts.append((one != other).fill_null(value=False).alias(name))
    if joined.is_empty():
        return {}
    flags = pl.DataFrame(parts)
    told = (" ".join(name for name, is_so in zip(fields, row, strict=True) if is_so) for row in flags.iter_rows())
    return {row: text for row, text in zip(joined["l"].to_list(), told, strict=True) if text}


def _find_others(source: Source, there: list[dict[str, Any]], left: pl.DataFrame, people: pl.DataFrame) -> None:
    """The mother, or a spouse, on file: where the birth or marriage that is missing can be registered."""
    wanted = {"births": ("mother",), "children": ("mother",), "marriages": ("spouse", "spouse")}.get(source.about)
    if not wanted:
        return
    open_ = [one for one in there if one["pile"] == "there" and one["person"] is None]
    holders = {
        number: (person, place)
        for person, place, number in people.select("person", "place_code", "number").iter_rows()
        if number
    }
    numbers = left.select("row", "number", "other_number").rows_by_key("row", unique=True)
    for one in open_:
        number, other = numbers[one["row"]]
        for typed, why in ((number, "spouse" if "spouse" in wanted else ""), (other, wanted[0])):
            if typed in holders and why:
                person, place = holders[typed]
                one["candidates"].append({"person": person, "why": why})
                one["place_code"] = one["place_code"] or place


def _find_places(there: list[dict[str, Any]], left: pl.DataFrame, people: pl.DataFrame, scope: str) -> None:
    """Where rows that nobody on file stands for are worked off: the dwelling at their address, their area, or the whole."""
    said = left.select("row", "address", "area").rows_by_key("row", unique=True)
    open_ = [one for one in there if one["pile"] == "there"]
    wanted = sorted({said[one["row"]][0] for one in open_ if said[one["row"]][0]})
    doors: dict[str, list[tuple[uuid.UUID, str]]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = Dwelling.objects.filter(
            prefix_q("place_code", scope), address__in=wanted[start : start + AT_ONCE], in_use_to=None
        )
        for pk, address, place in rows.values_list("pk", "address", "place_code"):
            doors.setdefault(address, []).append((pk, place))
    for one in open_:
        address, area = said[one["row"]]
        known = doors.get(address or "", [])
        if len(known) == 1:  # of several called so none is the one
            one["candidates"].append({"dwelling": known[0][0].hex, "why": "address"})
            one["place_code"] = one["place_code"] or known[0][1]
        inside = area if area and area.startswith(scope) else scope
        one["place_code"] = one["place_code"] or inside.ljust(PADDED, "0")
