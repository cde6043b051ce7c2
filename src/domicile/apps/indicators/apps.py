"""Start-up of the app."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "domicile.apps.indicators"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from domicile.apps.administration.telling import TABLES
        from domicile.apps.administration.words import ACTIONS
        from domicile.apps.areas import registry as areas
        from domicile.apps.indicators import actions, measuring, recoding
        from domicile.apps.tasks.registry import register_daily

        TABLES["indicators_published"] = _("published figures")
        ACTIONS.update(
            {
                measuring.MEASURE: _("indicators reckoned"),
                actions.NOTE: _("published figure noted"),
                actions.REMOVE: _("published figure taken back"),
            }
        )
        areas.register(areas.Carrier("indicators", recoding.move))
        register_daily(measuring.daily)
