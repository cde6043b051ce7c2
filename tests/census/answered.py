"""Synthetic answers of a census that go together, and the same with planted errors and gaps. Nobody is real."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


def answers(households: int, *, seed: int = 1) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns of persons and of households without an error: a head, perhaps a spouse, children, a parent. None is blank."""
    draw = np.random.default_rng(seed)
    people: list[dict[str, Any]] = []
    homes: list[dict[str, Any]] = []
    for number in range(households):
        code = f"7701010010{1 + number // 400 % 90:02d}{1 + number // 100 % 4:03d}"
        long = number % 10 == 0
        head = int(draw.integers(25, 80))
        sex = int(draw.integers(1, 3))
        members = [(0, sex, head)]
        married = draw.random() < 0.7
        if married:
            members.append((1, 3 - sex, int(np.clip(head + draw.integers(-6, 7), 22, 95))))
        for _child in range(int(draw.integers(0, 3))):
            age = head - int(draw.integers(22, 40))
            if age >= 0:
                members.append((2, int(draw.integers(1, 3)), age))
        if head < 60 and draw.random() < 0.15:
            members.append((3, int(draw.integers(1, 3)), min(head + int(draw.integers(20, 35)), 100)))
        base = {"area": code, "household": f"h{number:07d}", "form": "long" if long else "short"}
        rows = [_person(draw, one, married, base, place) for place, one in enumerate(members)]
        people += rows
        born = sum(row["age"] == 0 for row in rows)
        homes.append(
            base
            | {
                "kind": 1, "household_size": len(rows), "present_count": len(rows), "absent_count": 0, "births_male": born,
                "births_female": 0, "deaths_male": 0, "deaths_female": 0, "dwelling": 1, "rooms": int(draw.integers(1, 6)),
            }
        )  # fmt: skip
        homes[-1]["floor_area"] = homes[-1]["rooms"] * int(draw.integers(12, 35))
    return _columns(people), _columns(homes)


def _person(draw: Any, one: tuple[int, int, int], married: bool, base: dict[str, Any], place: int) -> dict[str, Any]:
    relation, sex, age = one
    top = 2 if age < 6 else 3 if age < 12 else 4 if age < 15 else 5 if age < 18 else 7
    education = None if age < 3 else int(draw.integers(max(1, min(2, top)), top + 1))
    away = draw.random() < 0.2 and age >= 10
    row = base | {
        "person": place + 1, "relation": relation, "sex": sex, "age": age, "present": 1, "registered": 4 if away else 1,
        "away": int(draw.integers(2, 9)) if away else 1, "away_reason": int(draw.choice([1, 2, 3, 9])) if away else None,
        "education": education, "literate": None if age < 15 else 1,
    }  # fmt: skip
    if base["form"] == "long":
        wed = (2 if married else 4) if relation == 0 else 2 if relation == 1 else 1 if age < 25 else 2
        row |= {
            "birth_place": 1, "lived_5_years_ago": 1 if age >= 5 else None, "marital": wed if age >= 15 else None,
            "worked": (1 if 18 <= age < 60 else 2) if age >= 15 else None,
            "not_working_reason": (1 if age < 18 else 3) if age >= 15 and not 18 <= age < 60 else None,
            "livelihood": (1 if 18 <= age < 60 else 6) if age >= 15 else None, "health": 1 if age >= 60 else None,
        }  # fmt: skip
    return row


def _columns(rows: list[dict[str, Any]]) -> dict[str, Any]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: [row.get(name) for row in rows] for name in names}


#: Of whom a value is taken away or spoilt, by item: who qualifies, and the value that is surely wrong for them.
SPOILT: dict[str, tuple[Any, Any]] = {
    "education": (lambda row: row["age"] < 5 and row["education"] is not None, 7),
    "literate": (lambda row: (row["education"] or 0) >= 4 and row["literate"] == 1, 2),
    "away": (lambda row: row["registered"] == 4 and row["age"] >= 12, 1),
    "age": (lambda row: row["relation"] == 3, 5),
    "sex": (lambda row: row["relation"] == 2, None),
}


def planted(people: dict[str, Any], share: float, *, seed: int = 2) -> dict[tuple[int, str], Any]:
    """Spoil a share of the cells that SPOILT names, in place; returns what stood there, by row and item."""
    draw = np.random.default_rng(seed)
    true: dict[tuple[int, str], Any] = {}
    touched: set[str] = set()
    rows = [dict(zip(people, values, strict=True)) for values in zip(*people.values(), strict=True)]
    for at, row in enumerate(rows):
        for item, (fits, wrong) in SPOILT.items():
            if row["household"] not in touched and fits(row) and draw.random() < share:
                true[at, item] = row[item]
                people[item][at] = wrong
                touched.add(row["household"])
    return true


def write(folder: Path, people: dict[str, Any], homes: dict[str, Any]) -> None:
    """Write both as the tables that are edited."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in (("persons", people), ("households", homes)):
        made = {key: pa.array(values, pa.string() if key in _TEXTS else pa.int16()) for key, values in columns.items()}
        pq.write_table(pa.table(made), folder / f"{name}.parquet")


_TEXTS = frozenset({"area", "household", "form"})
