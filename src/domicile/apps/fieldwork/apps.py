"""Start-up of the app."""

from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    name = "domicile.apps.fieldwork"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from domicile.apps.administration.telling import TABLES
        from domicile.apps.administration.words import ACTIONS, QUESTIONS
        from domicile.apps.areas import registry
        from domicile.apps.collect.openrosa.registry import register_after, register_lock
        from domicile.apps.fieldwork import moves
        from domicile.apps.fieldwork.backcheck import words as backcheck
        from domicile.apps.fieldwork.campaigns import registering as campaigns
        from domicile.apps.fieldwork.collected import entities, shipped
        from domicile.apps.fieldwork.collected.unlocking import without_badge
        from domicile.apps.fieldwork.visits import closing, correcting, retention, rules, sections, selectors
        from domicile.apps.fieldwork.visits.actions import RECORD
        from domicile.apps.fieldwork.visits.entering import TAKE_BACK
        from domicile.apps.fieldwork.visits.ledgers import Rounds, Visits
        from domicile.apps.people import registry as cards
        from domicile.apps.places import registry as places
        from domicile.apps.screens import registry as ledgers
        from domicile.apps.staffing.pay.registry import tell_forms
        from domicile.apps.tasks.registry import register_daily, register_way

        TABLES.update(
            {
                "fieldwork_visit": _("visits"),
                "fieldwork_confirmation": _("who was confirmed at a visit"),
                "fieldwork_matter": _("what rounds found"),
            }
        )
        ACTIONS.setdefault(RECORD, _("Record a visit"))
        ACTIONS.setdefault(retention.ERASE, _("visits and rounds erased, their time being over"))
        ACTIONS.setdefault(TAKE_BACK, _("visit taken back"))
        ACTIONS.setdefault(correcting.REPLACE, _("visit replaced by a corrected form"))
        QUESTIONS.setdefault("visit", _("a visit of a dwelling"))
        entities.register_all()
        shipped.register_all()
        register_lock(without_badge)
        backcheck.register_all()
        register_after(correcting.after)
        register_after(closing.after)
        rules.register_all()
        register_daily(retention.daily)
        register_way("visits:visits", _("Visits"), "view_dwelling")
        register_way("visits:coverage", _("Rounds by grid"), "view_dwelling")
        tell_forms(selectors.forms_of)
        cards.card_section("dwelling", sections.of_dwelling)
        cards.card_section("person", sections.of_person)
        cards.card_action("dwelling", sections.changes_of_dwelling)
        places.building_action(sections.actions_of_building)
        ledgers.register("visits:visits", Visits, _("Field work"))
        ledgers.register("visits:rounds", Rounds, _("Field work"))
        campaigns.register_all()
        registry.register(registry.Carrier("fieldwork", moves.move, follow=moves.follow))
