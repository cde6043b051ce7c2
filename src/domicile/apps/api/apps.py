"""Start-up of the app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "domicile.apps.api"

    def ready(self) -> None:
        from domicile.apps.api import jobs, moves
        from domicile.apps.areas import registry
        from domicile.apps.common import upkeep

        registry.register(registry.Carrier("api", moves.move))
        upkeep.each_turn(jobs.wake)  # webhooks read what is sealed
