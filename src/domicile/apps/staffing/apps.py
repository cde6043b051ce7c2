"""Start-up of the app."""

from django.apps import AppConfig


class StaffingConfig(AppConfig):
    name = "domicile.apps.staffing"

    def ready(self) -> None:
        from domicile.apps.staffing import decisions, telling
        from domicile.apps.staffing.assessment import measures

        decisions.register_all()
        measures.register_all()
        telling.register_all()
