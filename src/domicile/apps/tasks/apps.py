"""Start-up of the app."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "domicile.apps.tasks"

    def ready(self) -> None:
        from domicile.apps.common import upkeep
        from domicile.apps.tasks import jobs, words

        words.register_all()
        upkeep.each_turn(jobs.wake)
