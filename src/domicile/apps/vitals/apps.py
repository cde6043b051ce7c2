"""Start-up of the app."""

from django.apps import AppConfig


class VitalsConfig(AppConfig):
    name = "domicile.apps.vitals"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from domicile.apps.administration.telling import TABLES
        from domicile.apps.administration.words import ACTIONS, QUESTIONS
        from domicile.apps.areas import registry as areas
        from domicile.apps.people import registry as cards
        from domicile.apps.screens import registry as ledgers
        from domicile.apps.tasks.registry import register_daily
        from domicile.apps.vitals import between, recoding, retention, sections, visits
        from domicile.apps.vitals.actions.amending import follow_birth_date
        from domicile.apps.vitals.actions.outside import ANSWER
        from domicile.apps.vitals.handlers import register_all
        from domicile.apps.vitals.ledger import Asked, AskedOutside, VitalLedger

        register_all()
        visits.register_all()
        between.register_all()
        register_daily(retention.daily)
        TABLES.update(
            {
                "vitals_vitalevent": _("vital events"),
                "vitals_vitalnamed": _("who vital events name"),
                "vitals_vitalpaper": _("papers of vital events"),
                "vitals_vitalquestion": _("questions about births"),
                "vitals_outsidebirth": _("births in other registers"),
                "vitals_outsideparent": _("parents of births in other registers"),
                "vital_events": _("vital events"),  # what the proof of a change of areas counts
            }
        )
        ACTIONS.setdefault(between.RECEIVE, _("question of another register about a birth received"))
        ACTIONS.setdefault(between.HEARD, _("question about a birth received by another register"))
        ACTIONS.setdefault(between.RETURNED, _("answer of another register about a birth received"))
        ACTIONS.setdefault(ANSWER, _("question of another register about a birth answered"))
        ACTIONS.setdefault(
            retention.ERASE, _("questions about births and registrations in error erased, their time being over")
        )
        QUESTIONS.setdefault("birth_asked", _("told another register in a question about a birth"))
        QUESTIONS.setdefault("outside_birth", _("birth in another register"))
        QUESTIONS.setdefault("ledger_births_outside", _("list of births in other registers asked about"))
        QUESTIONS.setdefault("download_births_outside", _("download of the list of births in other registers"))
        QUESTIONS.setdefault("vital_event", _("a vital event"))
        QUESTIONS.setdefault("birth_twice", _("children that may be the same birth"))
        QUESTIONS.setdefault("ledger_vitals", _("ledger of vital events"))
        QUESTIONS.setdefault("download_vitals", _("download of the ledger of vital events"))
        QUESTIONS.setdefault("ledger_vitals_asked", _("list of births asked about"))
        QUESTIONS.setdefault("download_vitals_asked", _("download of the list of births asked about"))
        areas.register(areas.Carrier("vitals", recoding.move, recoding.tally, follow=recoding.follow))
        cards.card_section("person", sections.of_person)
        cards.card_action("person", sections.changes_of_person)
        cards.card_action("household", sections.changes_of_household)
        cards.after_correction("birth_date", follow_birth_date)
        ledgers.register("vitals:ledger", VitalLedger, _("People"))
        ledgers.register("vitals:asked", Asked, _("People"))
        ledgers.register("vitals:outside", AskedOutside, _("People"))
