"""Start-up of the app."""

from django.apps import AppConfig


class LocalFieldsConfig(AppConfig):
    name = "domicile.apps.localfields"

    def ready(self) -> None:
        from domicile.apps.common import upkeep
        from domicile.apps.localfields import actions

        upkeep.each_turn(actions.erase_over)
