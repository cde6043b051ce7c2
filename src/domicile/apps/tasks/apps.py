"""Start-up of the app."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "domicile.apps.tasks"

    def ready(self) -> None:
        from domicile.apps.tasks import words

        words.register_all()
