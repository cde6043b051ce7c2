"""Start-up of the app."""

from django.apps import AppConfig


class PeersConfig(AppConfig):
    name = "domicile.apps.peers"

    def ready(self) -> None:
        from domicile.apps.peers import builtin, words

        builtin.register_all()
        words.register_all()
