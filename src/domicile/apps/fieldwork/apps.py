"""Start-up of the app."""

from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    name = "domicile.apps.fieldwork"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from domicile.apps.administration.telling import TABLES
        from domicile.apps.administration.words import ACTIONS
        from domicile.apps.areas import registry
        from domicile.apps.collect.openrosa.registry import register_lock
        from domicile.apps.fieldwork import moves
        from domicile.apps.fieldwork.collected import entities, shipped
        from domicile.apps.fieldwork.collected.unlocking import without_badge
        from domicile.apps.fieldwork.visits.actions import RECORD

        TABLES.update(
            {
                "fieldwork_visit": _("visits"),
                "fieldwork_confirmation": _("who was confirmed at a visit"),
                "fieldwork_matter": _("what rounds found"),
            }
        )
        ACTIONS.setdefault(RECORD, _("Record a visit"))
        entities.register_all()
        shipped.register_all()
        register_lock(without_badge)
        registry.register(registry.Carrier("fieldwork", moves.move))
