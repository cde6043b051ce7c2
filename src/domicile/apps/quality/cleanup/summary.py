"""The summary form of a clean-up: for an area list by list, and for a round community by community, as files and on paper."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.quality.cleanup import selectors, words
from domicile.apps.quality.cleanup.lists import lists
from domicile.apps.quality.cleanup.models import CleanupCase, CleanupRound, CleanupSignOff
from domicile.apps.screens import downloads

State = CleanupCase.State


@dataclass
class Row:
    """One list: its cases by state, and what was said of them by outcome."""

    key: str
    number: int
    name: str
    states: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def cells(self) -> list[int]:
        """All cases, settled by what was said, holding no more, going on, nothing said yet."""
        by = self.states
        return [sum(by.values()), by[State.DONE], by[State.GONE], by[State.WAITING], by[State.OPEN]]

    @property
    def said(self) -> list[tuple[str, int]]:
        """What was said how often, in the order of the form."""
        known = lists()[self.key].outcomes if self.key else ()
        return [(words.said(one.name), self.outcomes[one.key]) for one in known if self.outcomes[one.key]]


def heads() -> list[str]:
    """The heads of the form."""
    return [
        _("No."), _("List"), _("Cases"), _("Settled"), _("No longer so"), _("Being dealt with"), _("Nothing said yet"),
        _("What was said"),
    ]  # fmt: skip


def rows(viewer: Viewer, of: CleanupRound, area: str) -> list[Row]:
    """The form of an area inside the round and the viewer's areas, list by list, the sum at the end. One query."""
    check(viewer, of, area)
    found = {key: Row(key, one.number, words.said(one.name)) for key, one in lists().items()}
    total = Row("", 0, _("Together"))
    counted = selectors.cases(viewer, of).filter(prefix_q("place_code", area)).order_by()
    for listed, state, outcome, count in counted.values_list("listed", "state", "outcome").annotate(Count("pk")):
        for row in (found[listed], total):
            row.states[state] += count
        if outcome:
            found[listed].outcomes[outcome] += count
    return [*found.values(), total]


def check(viewer: Viewer, of: CleanupRound, area: str) -> None:
    """Raise OutOfReach for an area outside the round or the viewer's areas."""
    if not (area == of.scope or (len(area) in (9, 12, 15) and area.startswith(of.scope))):
        raise OutOfReach
    if not (viewer.covers(area) or any(scope.startswith(area) for scope in viewer.scopes)):
        raise OutOfReach


def form_file(viewer: Viewer, of: CleanupRound, area: str, kind: str) -> HttpResponseBase:
    """The form of an area as xlsx, CSV or PDF."""
    lines = [
        [row.number or "", row.name, *row.cells, "；".join(f"{label} {count}" for label, count in row.said)]
        for row in rows(viewer, of, area)
    ]
    title = _("Summary form of the registration clean-up")
    return _file(viewer, of, f"cleanup-summary-{area}", title, selectors.area_name(area), heads(), lines, kind)


def areas_file(viewer: Viewer, of: CleanupRound, kind: str) -> HttpResponseBase:
    """The communities of a round, list by list: how many are settled, of how many."""
    progress = selectors.progress(viewer, of)
    paper = kind == "pdf"
    header = [_("Code"), _("Area")]
    for one in lists().values():
        name = words.numbered(one)
        header += [name] if paper else [f"{name} · {_('Cases')}", f"{name} · {_('Settled')}"]
    header += [_("Cases"), _("Settled"), _("Being dealt with"), _("Signed by")]
    progress.total.name = _("Together")
    lines = []
    for line in [*progress.areas, progress.total]:
        cells: list[Any] = [line.key, line.name]
        for settled, all_ in line.cells:
            cells += [f"{settled}/{all_}"] if paper else [all_, settled]
        lines.append([*cells, line.total, line.settled, line.waiting, signed(line.signed)])
    title = (
        _("Registration clean-up by community (settled / cases)") if paper else _("Registration clean-up by community")
    )
    return _file(viewer, of, "cleanup-areas", title, selectors.area_name(of.scope), header, lines, kind)


def signed(of: CleanupSignOff | None) -> str:
    """Who signed when; '' for nobody."""
    return f"{of.signed_by_name} {of.signed_on.isoformat()}" if of else ""


def _file(
    viewer: Viewer, of: CleanupRound, name: str, title: str, area: str, header: list[str], lines: Sequence[Sequence[Any]], kind: str
) -> HttpResponseBase:  # fmt: skip
    told = _("{name}. Reference day: {day}.").format(name=of.name, day=of.reference_on)
    file = downloads.File(
        name=f"{name}-{timezone.localdate().isoformat()}",
        title=f"{title} · {area} · {told}" if kind != "pdf" else title,
        mark=downloads.mark(viewer),
        header=header,
        rows=iter(lines),
        printed=downloads.Printed(
            viewer, count=lambda: len(lines), area=f"{area} · {told}", people=False,
            signatures=(_("Filled in by"), _("Signed by"), _("Date")),
        ),
    )  # fmt: skip
    return downloads.WRITERS[kind](file)
