"""Start-up of the app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "domicile.apps.exchange"

    def ready(self) -> None:
        from domicile.apps.areas import registry
        from domicile.apps.exchange import moves

        registry.register(registry.Carrier("exchange", moves.move))
