"""What is said of plans: states, what weighs, the certificate in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from domicile.apps.gridding.models import Proposal

Text = str | Promise
STATES: Mapping[str, Text] = {
    Proposal.State.WAITING: _("being made"),
    Proposal.State.READY: _("proposal"),
    Proposal.State.FAILED: _("could not be made"),
    Proposal.State.ADOPTED: _("adopted"),
}
#: What weighs, as it is chosen.
MEASURES: Mapping[str, Text] = {
    Proposal.Measure.WORKLOAD: _(
        "workload: households, and beside them people of great age, dwellings let and open units"
    ),
    Proposal.Measure.HOUSEHOLDS: _("households alone"),
    Proposal.Measure.PEOPLE: _("people alone"),
}
#: The head of a column of weights.
WEIGHTS: Mapping[str, Text] = {
    Proposal.Measure.WORKLOAD: _("Workload in households"),
    Proposal.Measure.HOUSEHOLDS: _("Households (living there)"),
    Proposal.Measure.PEOPLE: _("People (living there)"),
}
GRID_STATES: Mapping[str, tuple[Text, str]] = {
    "sound": (_("sound"), "badge-done"),
    "exempt": (_("exempt"), "badge-info"),
    "broken": (_("in several pieces"), "badge-error"),
    "out": (_("too light or too heavy"), "badge-care"),
}


def certificate(worth: Mapping[str, Any], located: bool) -> list[str]:
    """What a plan is worth, a sentence each: in one piece, within bounds, few neighbours parted, compact, what is not known."""
    said = [_pieces(worth), _bounds(worth)]
    if worth["exempt"]:
        said.append(
            ngettext(
                "{count} grid is one building above the bounds, or a place apart below them, and is exempt.",
                "{count} grids are one building above the bounds, or a place apart below them, and are exempt.",
                worth["exempt"],
            ).format(count=worth["exempt"])
        )
    said.append(_now("{count} pairs of neighbours are parted.").format(count=worth["cut"]) + _least(worth))
    if worth["shape"] is not None:
        said.append(
            _now("Compactness is {figure} in the mean; 1 is a circle (Polsby and Popper).").format(
                figure=worth["shape"]
            )
        )
    if worth["changed"] is not None:
        said.append(
            _now("{count} of {all} buildings change their grid.").format(count=worth["changed"], all=worth["buildings"])
        )
    return said + _unplaced(worth, located)


def _pieces(worth: Mapping[str, Any]) -> str:
    if not worth["broken"]:
        return _now("Every grid is in one piece.")
    return _now("Grids in several pieces: {count}.").format(count=worth["broken"])


def _bounds(worth: Mapping[str, Any]) -> str:
    bounds = {"low": worth["low"], "high": worth["high"]}
    if not worth["out"]:
        return _now("Every grid weighs {low} to {high}, or nothing else is possible for it.").format(**bounds)
    said = _now("Grids that weigh less than {low} or more than {high}: {count}.").format(count=worth["out"], **bounds)
    if worth["impossible"]:
        said += " " + _now(
            "The buildings allow no better: a part that lines keep apart cannot be divided into grids of this size."
        )
    return said


def _least(worth: Mapping[str, Any]) -> str:
    if worth.get("least_cut") is None:
        return ""
    return " " + _now("No plan with as many grids within these bounds parts fewer than {count}.").format(
        count=worth["least_cut"]
    )


def _unplaced(worth: Mapping[str, Any], located: bool) -> list[str]:
    if not worth["unplaced"]:
        return []
    if not located:
        return [
            _now(
                "No building of this community is on the map: the plan follows the order of addresses, and its grids get no "
                "border. Put the buildings on the map first."
            )
        ]
    return [
        ngettext(
            "{count} building is not on the map: it goes with the nearest number of its street, else with its grid of today.",
            "{count} buildings are not on the map: they go with the nearest number of their street, else with their grid of today.",
            worth["unplaced"],
        ).format(count=worth["unplaced"])
    ]
