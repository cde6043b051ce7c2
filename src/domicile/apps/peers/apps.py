"""Start-up of the app."""

from django.apps import AppConfig


class PeersConfig(AppConfig):
    name = "domicile.apps.peers"

    def ready(self) -> None:
        from domicile.apps.peers.builtin import register_all

        register_all()
