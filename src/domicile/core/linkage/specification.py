"""What a linkage is made of: comparisons as ordered levels, blocking rules, a cascade that decides first. Data only; no engine.

A comparison gives each pair of records the first of its levels that holds. Each level has a code, which files and models name;
`words.yaml` says in English and Chinese what it means. A model (`model.py`) says how much each level weighs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from domicile.core.linkage.conditions import Condition, holds

#: The level of every comparison that says nothing: something is missing on one side, so it weighs nothing.
SILENT: Final = "silent"
#: The last level of every comparison.
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Level:
    """One level; `condition` is None for the last one, which all else falls into.

    `frequency` names a column whose rare values weigh more than common ones where this level holds. `weightless` levels are
    said, but weigh nothing. `like` names a level whose weight this one takes where a model does not know it.
    """

    code: str
    condition: Condition | None
    frequency: str | None = None
    weightless: bool = False
    like: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing that two records are compared in, its levels from the first looked for to the last."""

    name: str
    levels: tuple[Level, ...]

    def __post_init__(self) -> None:
        codes = [level.code for level in self.levels]
        if (
            len(set(codes)) != len(codes)
            or [level.condition is None for level in self.levels].index(True) != len(codes) - 1
        ):
            raise ValueError(
                f"{self.name}: codes that repeat, or a last level that is not the only one without condition"
            )

    def level(self, code: str) -> Level:
        """The level of a code; raises KeyError."""
        for level in self.levels:
            if level.code == code:
                return level
        raise KeyError(f"{self.name} has no level {code}")

    def level_of(self, left: Mapping[str, Any], right: Mapping[str, Any]) -> str:
        """The code of the first level that holds for two prepared records."""
        return next(
            level.code for level in self.levels if level.condition is None or holds(level.condition, left, right)
        )


@dataclass(frozen=True, slots=True)
class BlockingRule:
    """Pairs whose columns `left` are equal to the other's `right` (the same columns unless said) are compared.

    `everyone`: also pairs of whom both have a certain number, which are two people as a rule and are otherwise passed over.
    """

    name: str
    left: tuple[str, ...]
    right: tuple[str, ...] = ()
    everyone: bool = False

    @property
    def sides(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.left, self.right or self.left


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the cascade: records that agree on `equal`, where nothing may be missing, and on `alike`, where the same may be
    missing on both sides, and for which the condition holds, are one person's without more ado."""

    name: str
    equal: tuple[str, ...]
    condition: Condition | None
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Specification:
    """All that an engine needs to know. `certain` names the column whose different values keep two records apart for good.

    `corrected` names the column in which the sound numbers are looked for of which a record's own, broken one may be a slip.
    `same` are the columns by which rows that repeat one another whole are known: one of them stands for all in blocking.
    """

    name: str
    comparisons: tuple[Comparison, ...]
    blocking: tuple[BlockingRule, ...]
    cascade: tuple[Step, ...] = ()
    certain: str | None = None
    corrected: str | None = None
    same: tuple[str, ...] = ()
    strata: tuple[str, ...] = ()

    @property
    def frequencies(self) -> tuple[str, ...]:
        """Columns whose values are counted, so that rare ones may weigh more."""
        found = {level.frequency for comparison in self.comparisons for level in comparison.levels if level.frequency}
        return tuple(sorted(found))

    def columns(self) -> tuple[str, ...]:
        """Every column that it looks at."""
        found: set[str] = set(self.frequencies)
        for comparison in self.comparisons:
            for level in comparison.levels:
                found |= level.condition.needs() if level.condition else set()
        for rule in self.blocking:
            found |= {*rule.left, *rule.right}
        found |= {*self.same, *self.strata}
        for step in self.cascade:
            found |= {*step.equal, *step.alike} | (step.condition.needs() if step.condition else set())
        return tuple(sorted(found | ({self.certain} if self.certain else set())))

    def comparison(self, name: str) -> Comparison:
        """The comparison of a name; raises KeyError."""
        for comparison in self.comparisons:
            if comparison.name == name:
                return comparison
        raise KeyError(f"{self.name} has no comparison {name}")
