"""Start-up of the census."""

from django.apps import AppConfig


class CensusConfig(AppConfig):
    name = "domicile.apps.census"

    def ready(self) -> None:
        from domicile.apps.census import carrying, logged
        from domicile.apps.census.listing import collected

        carrying.register_all()
        logged.register_all()
        collected.register_all()
        telling.register_all()
        start.tell("census/start.html", plan.head)
        staffing.tell_condition(conditions.why_not)
        staffing.tell_ended(granting.end_with_post)
