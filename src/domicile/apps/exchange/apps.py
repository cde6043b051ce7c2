"""Start-up of the app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "domicile.apps.exchange"

    def ready(self) -> None:
        from domicile.apps.areas import registry
        from domicile.apps.exchange import listed, moves

        registry.register(registry.Carrier("exchange", moves.move))
        listed.register_all()
