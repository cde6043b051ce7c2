"""Start-up of the app."""

from django.apps import AppConfig


class CollectConfig(AppConfig):
    name = "domicile.apps.collect"

    def ready(self) -> None:
        from domicile.apps.collect.openrosa import jobs
        from domicile.apps.common import upkeep

        upkeep.each_turn(jobs.wake)
        upkeep.each_turn(jobs.expire)
