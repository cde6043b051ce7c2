"""Start-up of the app."""

from django.apps import AppConfig


class PeersConfig(AppConfig):
    name = "domicile.apps.peers"

    def ready(self) -> None:
        """Nothing is told to lower apps yet."""
