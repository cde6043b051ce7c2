"""The list of moves that wait for a community, with the way to choose one for several at once."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.handing.selectors import unplaced
from domicile.apps.moves.ledgers import MoveFilter, MoveLedger, MoveTable
from domicile.apps.moves.lists import keys
from domicile.apps.moves.models import MoveEnd, Side
from domicile.apps.screens.list import Column


def listed(viewer: Viewer) -> "QuerySet[MoveEnd]":
    """The longest announced first, with the move and both its ends."""
    rows = unplaced(viewer).select_related("move").prefetch_related("move__ends")
    return rows.order_by("move__made_at", "id")


class UnplacedTable(MoveTable):
    """Also what the declaration says of the place, in words: often the street."""

    columns = (
        *keys(MoveTable, "who", "to"),
        Column(_("Where to, in words"), lambda row: row.said_to, key="said_to"),
        *keys(MoveTable, "from", "left_on", "until", "phone"),
    )

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """No query more."""
        for row in super().prepared(viewer, rows):
            row.said_to = next(end.to_text for end in row.move.ends.all() if end.side == Side.ORIGIN)
        return rows


class UnplacedFilter(MoveFilter):
    """By place, day and name: all of these are announced."""

    savable = {key: value for key, value in MoveFilter.savable.items() if key != "state"}
    state = None

    class Meta:
        model = MoveEnd
        fields = ("place", "since", "name")


class Unplaced(MoveLedger):
    heading, name, at = _("Moves here without a community"), "moves_unplaced", "unplaced"
    about = _(
        "The declaration names your county or township alone. Tick moves and choose the community that will receive them: "
        "it sees who comes, and its time begins then."
    )
    table, filterset, source = UnplacedTable, UnplacedFilter, staticmethod(listed)
    empty_title = _("Every announced move has its community")
    empty_help = _("Moves that are declared to your county or township without a community are listed here.")
