"""What the apps below are told of forms of leaving and arriving."""

from django.utils.translation import gettext_lazy as _

from domicile.apps.collect.openrosa.registry import EntityList, register_list
from domicile.apps.collect.registry import Handler, register
from domicile.apps.fieldwork.backcheck.records import TOLD
from domicile.apps.fieldwork.campaigns.reckoning import ADDING, SIZES
from domicile.apps.moves.collected import choosing, receiving, telling


def register_all() -> None:
    """Called once at start-up."""
    register(
        Handler(
            choosing.CHOOSE, _("Register an arrival, choosing its declaration"), choosing.Choose, choosing.choose,
            choosing.describe, choosing.level, {"dwelling": "people:dwelling"}, choosing.persons_of, judge=choosing.judge,
            group="homes", parts=choosing.parts,
        )
    )  # fmt: skip
    register_list(EntityList("areas", ("name", "label"), telling.areas, telling.areas_there))
    receiving.register_all()
    ADDING.extend([receiving.ARRIVE, receiving.ASK, choosing.CHOOSE])
    SIZES["move"] = telling.sizes
    TOLD.update(
        {"moves.declare": telling.declared, "moves.arrive": telling.arrived, "moves.ask": telling.asked}
    )  # fmt: skip
