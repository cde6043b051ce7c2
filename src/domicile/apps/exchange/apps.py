"""Start-up of the app."""

from django.apps import AppConfig


def stopped_imports() -> list[str]:
    """Set back imports that were stopped halfway; a sentence for each."""
    from domicile.apps.exchange.batches import recover

    return [f"the import {batch.file_name} had been stopped halfway; nothing of it was written" for batch in recover()]


class ExchangeConfig(AppConfig):
    name = "domicile.apps.exchange"

    def ready(self) -> None:
        from domicile.apps.areas import registry
        from domicile.apps.common import upkeep
        from domicile.apps.exchange import listed, moves

        registry.register(registry.Carrier("exchange", moves.move))
        listed.register_all()
        upkeep.at_recovery(stopped_imports)
