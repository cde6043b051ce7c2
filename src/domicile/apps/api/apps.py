"""Start-up of the app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "domicile.apps.api"

    def ready(self) -> None:
        from domicile.apps.api import moves
        from domicile.apps.areas import registry

        registry.register(registry.Carrier("api", moves.move))
