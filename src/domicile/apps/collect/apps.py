"""Start-up of the app."""

from django.apps import AppConfig


def look_after_forms() -> None:
    """Take in what phones sent, and erase what is over. Pictures are read with a large library, so only now."""
    from domicile.apps.collect.openrosa import jobs

    jobs.wake()
    jobs.expire()


class CollectConfig(AppConfig):
    name = "domicile.apps.collect"

    def ready(self) -> None:
        from domicile.apps.common import upkeep

        upkeep.each_turn(look_after_forms)
