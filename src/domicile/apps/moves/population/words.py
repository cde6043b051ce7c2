"""The figures in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from domicile.apps.moves.population.selectors import FIGURES, Figures
from domicile.apps.people.selectors.standing import DEFINITIONS
from domicile.core.disclosure import SMALL


def told(figures: Figures) -> str:
    """What the figures rest on: the definition, since when it is in force, the day of knowledge."""
    since = figures.in_force_since
    return _("Definition: {definition} ({force}); figures of {day}, as known on {known}.").format(
        definition=str(DEFINITIONS.get(figures.definition, figures.definition)),
        force=_("in force since {day}").format(day=since.isoformat()) if since else _("not the one in force"),
        day=figures.asked.on.isoformat(),
        known=figures.asked.known_on.isoformat(),
    )


def count(shown: int, below: int) -> str:
    """A count as it may be shown: 12, 1,167, <3, about 12."""
    if shown == SMALL:
        return f"<{below}"
    return f"{shown:,}" if shown >= 0 else _("about {count}").format(count=f"{-shown:,}")


def cells(found: Mapping[str, int], below: int) -> list[tuple[str, str]]:
    """Head and count of each figure of a line."""
    return list(zip(flat_heads(), (count(found[name], below) for name in FIGURES), strict=True))


def groups() -> list[tuple[str, int]]:
    """Heads over several columns: how many each spans."""
    return [(_("Live here, registered elsewhere"), 5), (_("Registered here, live elsewhere"), 5)]


def heads() -> list[str]:
    """The heads of the columns of figures, under those of their group."""
    distance = [_("in county"), _("in province"), _("other provinces"), _("in all"), _("unclear")]
    return [*distance, *distance]


def flat_heads() -> list[str]:
    """The same for a file and for a phone: each says all."""
    came, gone = _("Inflow {where}"), _("Outflow {where}")
    distance = heads()[:5]
    return [
        _("Live here"),
        *(came.format(where=where) for where in distance),
        *(gone.format(where=where) for where in distance),
    ]


def facts(figures: Figures) -> dict[str, Any]:
    """What a program is told beside the counts."""
    return {
        "on": figures.asked.on.isoformat(),
        "known_on": figures.asked.known_on.isoformat(),
        "definition": figures.definition,
        "in_force_since": figures.in_force_since.isoformat() if figures.in_force_since else None,
    }
