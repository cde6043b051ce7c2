"""What a release would give away, reckoned before anything leaves: the report of risk, its page, and the signature (ST-7).

All three stand in the folder of the tabulation and nowhere else: the report is made of true cells, and would undo what it
reports on. What is signed is a fingerprint of the report, and with it of the figures, the rules and the tables.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from domicile.apps.census.release import work
from domicile.apps.census.release.tabulating import AREAS
from domicile.apps.common.refusals import Refused
from domicile.core.disclosure import apply_cell_key, make_ptable
from domicile.core.policy import parameter
from domicile.core.publication.risk import TYPED, risk_page
from domicile.core.tabulation import Division, Rules, Table, Told, Undeclarable, divide, protect, read

#: The report, the page to be read, and who signed which report for which release.
REPORT: Final = "risk.json"
PAGE: Final = "risk.html"
SIGNED: Final = "signed.json"
_NUMBERS: Final = (
    "noise_greatest", "noise_variance", "noise_blocked", "least_contributors", "least_records", "quality_good", "quality_fair",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Assessed:
    """Where the page stands, and the SHA-256 of the report that it shows."""

    page: Path
    digest: str


class Protected:
    """The tables of a folder as they may be published by the rules of a day, and what that costs and risks."""

    def __init__(self, folder: Path, state: Mapping[str, Any], day: dt.date) -> None:
        self.folder = folder
        self.numbers = {name: parameter(f"census_tables.{name}", day) for name in _NUMBERS}
        number = self.numbers
        ptable = make_ptable(number["noise_greatest"], number["noise_variance"], number["noise_blocked"])
        self.rules = Rules(
            ptable,
            number["least_contributors"],
            number["least_records"],
            number["quality_good"],
            number["quality_fair"],
        )
        tables, recodes = str(state["declaration"]).split("\0")
        declared = read(tables, recodes)
        self.tables: Mapping[str, Table] = (declared.some(state["only"]) if state["only"] else declared).tables
        self.division = self._divided(state)
        self.told: Sequence[Told] = [
            protect(table, work.get_cells(folder / "cells" / f"{code}.npz"), self.division, self.rules)
            for code, table in self.tables.items()
        ]
        self.withheld = sum(one.withheld for one in self.told)
        path = folder / "pairs" / "pairs.json"
        self.close: list[dict[str, Any]] | None = json.loads(path.read_text()) if path.exists() else None
        self.pairs = None if self.close is None else sum(one["pairs"] for one in self.close)

    def _divided(self, state: Mapping[str, Any]) -> Division:
        areas = work.get_cells(self.folder / "cells" / f"{AREAS}.npz")
        try:
            # By the noisy number of people: a rule on the true one would tell of it.
            return divide(areas.areas, apply_cell_key(areas.n, areas.k, self.rules.ptable), state["thresholds"])
        except Undeclarable as problem:
            raise Refused(str(problem)) from problem

    def report(self) -> dict[str, Any]:
        """What protection costs each table, what is left out, which tables tell much together, what the sample risks.

        Keys: `figures` (fingerprint of cells, pairs and sample), `rules`, `tables` by code, `areas_together`, `close_pairs`
        and `sample`, each None where it was not looked for.
        """
        tables = {
            one.table.code: {name: _plain(value) for name, value in asdict(one.loss).items()}
            | {"withheld": one.withheld}
            if one.loss
            else {"withheld": one.withheld, "notes": list(one.notes)}
            for one in self.told
        }
        together = {area.code for level in self.division.shown.values() for area in level if len(area.parts) > 1}
        risk = self.folder / "sample" / "risk.json"
        return {
            "figures": _fingerprint(self.folder), "rules": self.numbers, "tables": tables, "areas_together": sorted(together),
            "close_pairs": None if self.close is None else {
                "all": self.pairs, "tables": [one for one in self.close if one["pairs"]],
            },
            "sample": json.loads(risk.read_text()) if risk.exists() else None,
        }  # fmt: skip

    def assess(self, names: Mapping[str, str]) -> Assessed:
        """Write the report and its page beside the figures; names: of areas by code. The same bytes for the same figures."""
        report = self.report()
        content = json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
        digest = hashlib.sha256(content).hexdigest()
        titles = {code: table.words for code, table in self.tables.items()}
        work.write(self.folder / REPORT, content)
        work.write(self.folder / PAGE, risk_page(report, digest, titles, names))
        return Assessed(self.folder / PAGE, digest)


def state_of(folder: Path) -> dict[str, Any]:
    """What a tabulation that ended says of itself. Raises Refused where there is none of this version."""
    state = work.read_state(folder)
    if state is None or state.get("version") != work.VERSION:
        raise Refused(f"{folder} is no folder of a tabulation of this version: run domicile census tabulate first.")
    return state


def assess(folder: Path, day: dt.date, names: Mapping[str, str] | None = None) -> Assessed:
    """Write the report of risk of a release on `day`, and the page that a statistician looks at and signs. Raises Refused."""
    return Protected(folder, state_of(folder), day).assess(names or {})


def check_signed(found: Assessed, checked_by: str, checked: str) -> None:
    """Raise Refused unless somebody with a name has looked at just this report: `checked` is its SHA-256 or how that begins."""
    if not checked_by.strip():
        raise Refused("Name who checked the report of risk: nothing leaves unchecked.")
    typed = checked.strip().lower()
    if not typed:
        raise Refused(
            f"Nobody looked at the report of risk: open {found.page}, and give what stands at its end with --checked."
        )
    if len(typed) < TYPED or not found.digest.startswith(typed):
        raise Refused(
            f"What was checked is not what would be published: figures, rules or tables are others, or {checked} is mistyped "
            f"({TYPED} characters at least). Open {found.page} and look at it again."
        )


def sign(folder: Path, found: Assessed, said: Mapping[str, str]) -> None:
    """Note beside the figures who signed which report for which release."""
    content = json.dumps({"checked": found.digest, **said}, ensure_ascii=False, indent=1, sort_keys=True)
    work.write(folder / SIGNED, content.encode() + b"\n")


def _fingerprint(folder: Path) -> str:
    """SHA-256 over what the tabulation made, a line a file."""
    names = sorted(
        str(path.relative_to(folder)) for part in work.PARTS for path in (folder / part).rglob("*") if path.is_file()
    )
    return hashlib.sha256("".join(f"{work.digest(folder / name)}  {name}\n" for name in names).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    return value
