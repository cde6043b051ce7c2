"""Start-up of the app."""

import threading

from django.apps import AppConfig


def carry(stop: threading.Event) -> None:
    """Send messages to other registers and apply theirs."""
    from domicile.apps.peers.worker import Worker

    Worker(stop).run()


class PeersConfig(AppConfig):
    name = "domicile.apps.peers"

    def ready(self) -> None:
        from domicile.apps.common import upkeep
        from domicile.apps.peers import builtin, words

        builtin.register_all()
        words.register_all()
        upkeep.all_the_time(carry)
