"""Start-up of the app."""

from django.apps import AppConfig


class StaffingConfig(AppConfig):
    name = "domicile.apps.staffing"

    def ready(self) -> None:
        from domicile.apps.collect.review.standing_in import tell_holders
        from domicile.apps.staffing import chain, decisions, retention, telling
        from domicile.apps.staffing.assessment import measures
        from domicile.apps.tasks.registry import register_daily

        decisions.register_all()
        measures.register_all()
        telling.register_all()
        register_daily(retention.daily)
        tell_holders(chain.accounts_of)
