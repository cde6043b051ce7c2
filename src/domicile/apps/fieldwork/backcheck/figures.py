"""Error rates by item, worker and grid, with their uncertainty in words. In the order of names: nobody is ranked.

An error is an item that somebody judged to be wrong in the first record. What changed since, and what the checker got
wrong, was right in the first record; what nobody can tell counts nothing, and what waits to be judged nothing yet.
"""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.backcheck import places, selectors
from domicile.apps.fieldwork.backcheck.models import BackCheck, CheckItem
from domicile.apps.fieldwork.backcheck.policies import Rules, rules
from domicile.apps.fieldwork.backcheck.questions import QUESTIONS
from domicile.apps.staffing.assessment.registry import Share
from domicile.core.sampling import Bar, Cluster, Estimate, Standing, estimate, standing

WRONG = CheckItem.Verdict.FIRST_WRONG


@dataclass(frozen=True)
class Fact:
    """One answered item: its check with its weight, what it is, of whom and where, and how it was judged."""

    check: uuid.UUID
    weight: float
    key: str
    worker: uuid.UUID
    place_code: str
    agrees: bool
    verdict: str

    @property
    def pending(self) -> bool:
        return not self.agrees and not self.verdict

    @property
    def counts(self) -> bool:
        return self.agrees or self.verdict not in {"", CheckItem.Verdict.UNCLEAR}


@dataclass(frozen=True)
class Line:
    """One figure: of what, the estimate, how many differences wait or stay unclear, and what it says in words."""

    label: str
    estimate: Estimate
    bar: Bar
    pending: int
    unclear: int
    few: bool
    says: str

    @property
    def rate(self) -> str:
        return percent(self.estimate.rate) if self.estimate.records else "—"

    @property
    def told(self) -> str:
        """What it says in words, with the warning where few records were checked."""
        return (
            f"{self.says} {_('Few records: the figure says little.')}"
            if self.few and self.estimate.records
            else self.says
        )

    @property
    def span(self) -> str:
        """The interval, in per cent."""
        if not self.estimate.records:
            return "—"
        return f"{percent(self.estimate.interval.low)} – {percent(self.estimate.interval.high)}"


@dataclass(frozen=True)
class Figures:
    """Everything together, and by item, worker and grid, each in the order of names."""

    all: Line
    items: list[Line] = field(default_factory=list)
    workers: list[Line] = field(default_factory=list)
    grids: list[Line] = field(default_factory=list)

    def groups(self) -> list[tuple[str, list[Line]]]:
        named = [(_("By item"), self.items), (_("By worker"), self.workers), (_("By grid"), self.grids)]
        return [(title, lines) for title, lines in named if lines]


def percent(share: float) -> str:
    """A share in per cent with one decimal."""
    return f"{share * 100:.1f}%"


def of_area(viewer: Viewer, begin: dt.date, end: dt.date, today: dt.date) -> Figures:
    """Of all records of the viewer's areas accepted in [begin, end). Four queries."""
    facts = _facts(selectors.counted(viewer, begin=begin, end=end))
    accounts = selectors.account_names({fact.worker for fact in facts})
    grids = places.names({fact.place_code for fact in facts})
    held = rules(today)
    return Figures(
        _line(_("All records"), facts, held),
        _items(facts, held),
        _by(facts, held, lambda fact: fact.worker, lambda key: accounts.get(key, "")),
        _by(facts, held, lambda fact: fact.place_code, lambda key: grids[key]),
    )


def own(account: uuid.UUID, begin: dt.date, end: dt.date, today: dt.date) -> Figures:
    """Of what an account collected. Two queries."""
    facts = _facts(selectors.counted(None, begin=begin, end=end, accounts=[account]))
    held = rules(today)
    return Figures(_line(_("All my records"), facts, held), _items(facts, held))


def shares(accounts: Collection[uuid.UUID], begin: dt.date, end: dt.date) -> dict[uuid.UUID, Share]:
    """Items judged wrong of items checked in [begin, end), by who collected. As counted, not weighted. One query.

    It moves with how right the records were, never with how many people or moves they tell of.
    """
    rows = selectors.counted(None, begin=begin, end=end, accounts=accounts, by="checked_on")
    sums = rows.values("check_of__stratum__worker").annotate(
        part=Count("pk", filter=Q(verdict=WRONG)),
        whole=Count("pk", filter=Q(agrees=True) | ~Q(verdict__in=["", CheckItem.Verdict.UNCLEAR])),
    )
    return {row["check_of__stratum__worker"]: Share(row["part"], row["whole"]) for row in sums}


def _facts(items: Any) -> list[Fact]:
    """The answered items with the weight of their check: how many records of its stratum each checked one stands for."""
    rows = list(
        items.order_by("pk").values_list(
            "check_of_id", "key", "agrees", "verdict", "check_of__stratum_id", "check_of__stratum__size",
            "check_of__stratum__worker", "check_of__stratum__place_code",
        )
    )  # fmt: skip
    done = Counter(
        BackCheck.objects.filter(stratum__in={row[4] for row in rows}, state=BackCheck.State.CHECKED).values_list(
            "stratum_id", flat=True
        )
    )
    return [
        Fact(check, size / done[stratum], key, worker, place, agrees, verdict)
        for check, key, agrees, verdict, stratum, size, worker, place in rows
    ]


def _items(facts: Iterable[Fact], held: Rules) -> list[Line]:
    order = list(QUESTIONS)
    groups = _grouped(facts, lambda fact: fact.key)
    return [_line(short(key), groups[key], held) for key in sorted(groups, key=order.index)]


def short(key: str) -> str:
    """What an item is called in a table."""
    named = {"visited": _("Visit was made"), "lives_here": _("Lives here"), "use": _("Use of the dwelling")}
    return named.get(key) or str(QUESTIONS[key].label)


def _by(facts: Iterable[Fact], held: Rules, key: Callable[[Fact], Any], label: Callable[[Any], str]) -> list[Line]:
    groups = _grouped(facts, key)
    return [_line(label(one), groups[one], held) for one in sorted(groups, key=lambda one: (label(one), str(one)))]


def _grouped(facts: Iterable[Fact], key: Callable[[Fact], Any]) -> dict[Any, list[Fact]]:
    groups: dict[Any, list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[key(fact)].append(fact)
    return groups


def _line(label: str, facts: Iterable[Fact], held: Rules) -> Line:
    rows = list(facts)
    clusters: dict[uuid.UUID, list[Fact]] = _grouped([fact for fact in rows if fact.counts], lambda fact: fact.check)
    found = estimate(
        [Cluster(some[0].weight, len(some), sum(fact.verdict == WRONG for fact in some)) for some in clusters.values()],
        held.level,
    )
    bar = standing(found, held.target, held.level, least=held.few, most=held.most_more)
    pending = sum(fact.pending for fact in rows)
    unclear = sum(fact.verdict == CheckItem.Verdict.UNCLEAR for fact in rows)
    return Line(label, found, bar, pending, unclear, found.records < held.few, says(found, bar, pending, held))


def says(found: Estimate, bar: Bar, pending: int, held: Rules) -> str:
    """Where a rate stands to the target, as a sentence. What waits to be judged comes first: it may all be errors."""
    target = percent(held.target).replace(".0%", "%")
    if pending:
        return ngettext(
            "Cannot be told yet: {count} difference is still to be judged.",
            "Cannot be told yet: {count} differences are still to be judged.",
            pending,
        ).format(count=pending)
    if bar.standing == Standing.HOLDS:
        return _("The target of at most {target} holds.").format(target=target)
    if bar.standing == Standing.MISSED:
        return _("The target of at most {target} is missed.").format(target=target)
    if bar.more is None:
        return _(
            "Cannot be told: the rate lies so near to {target} that no sensible number of records would tell."
        ).format(target=target)
    return ngettext(
        "Cannot be told yet: if the rate stays, {count} more record would tell.",
        "Cannot be told yet: if the rate stays, {count} more records would tell.",
        bar.more,
    ).format(count=bar.more)
