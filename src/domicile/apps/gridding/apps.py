"""Start-up of the app."""

from django.apps import AppConfig


class GriddingConfig(AppConfig):
    name = "domicile.apps.gridding"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from domicile.apps.administration.telling import TABLES
        from domicile.apps.administration.words import ACTIONS
        from domicile.apps.areas import links, registry
        from domicile.apps.gridding import policies, recoding
        from domicile.apps.gridding.ways import proposals_of

        TABLES["gridding_proposal"] = _("plans of grids")
        ACTIONS.update(
            {
                policies.ASK: _("plan of grids asked for"),
                policies.DRAW: _("plan of grids drawn"),
                policies.MOVE: _("plan of grids changed by hand"),
                policies.ADOPT: _("plan of grids adopted"),
                policies.TAKE_BACK: _("adoption of a plan of grids taken back"),
                policies.DISCARD: _("plan of grids thrown away"),
            }
        )
        registry.register(registry.Carrier("gridding", recoding.move))
        links.on_area(proposals_of)
