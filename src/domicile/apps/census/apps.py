"""Start-up of the census."""

from django.apps import AppConfig


class CensusConfig(AppConfig):
    name = "domicile.apps.census"

    def ready(self) -> None:
        from domicile.apps.access import conditions as access
        from domicile.apps.census import carrying, logged, telling
        from domicile.apps.census.coverage import asking
        from domicile.apps.census.listing import collected
        from domicile.apps.census.phones import receiving as phones
        from domicile.apps.census.plan import start as plan
        from domicile.apps.census.selfenum import registering
        from domicile.apps.census.staff import conditions, granting, paying
        from domicile.apps.screens import start
        from domicile.apps.staffing import registry as staffing
        from domicile.apps.staffing.pay.registry import tell_work

        carrying.register_all()
        logged.register_all()
        phones.register_all()
        collected.register_all()
        asking.register_all()
        registering.register_all()
        telling.register_all()
        start.tell("census/start.html", plan.head)
        staffing.tell_condition(conditions.why_not)
        staffing.tell_ended(granting.end_with_post)
        tell_work("census", paying.work)
        access.tell(conditions.why_no_role)
