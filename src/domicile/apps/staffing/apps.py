"""Start-up of the app."""

from django.apps import AppConfig


class StaffingConfig(AppConfig):
    name = "domicile.apps.staffing"

    def ready(self) -> None:
        from domicile.apps.staffing import decisions

        decisions.register_all()
