"""Start-up of the app."""

from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "domicile.apps.quality"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from domicile.apps.administration.telling import TABLES
        from domicile.apps.administration.words import ACTIONS, QUESTIONS
        from domicile.apps.areas import registry as areas
        from domicile.apps.people import registry as cards
        from domicile.apps.quality import actions, jobs, rechecking, recoding, retention, running, sections, views
        from domicile.apps.quality.cleanup import registering as cleanup
        from domicile.apps.quality.ledger import Findings
        from domicile.apps.screens import registry as ledgers
        from domicile.apps.tasks.registry import register_daily

        TABLES.update(
            {
                "quality_rulerun": _("runs of the rules"),
                "quality_rulecount": _("what rules came to"),
                "quality_rulefinding": _("findings of rules"),
                "findings": _("findings of rules"),  # what the proof of a change of areas counts
            }
        )
        ACTIONS.setdefault(running.RUN, _("rules checked over the register"))
        ACTIONS.setdefault(jobs.ASK, _("check of the rules asked for"))
        ACTIONS.setdefault(rechecking.RECHECK, _("records looked at by the rules"))
        ACTIONS.setdefault(actions.EXPLAIN, _("finding called right as it is"))
        ACTIONS.setdefault(actions.TAKE_BACK, _("taken back that a finding is right as it is"))
        ACTIONS.setdefault(retention.ERASE, _("solved findings erased, their time being over"))
        QUESTIONS.setdefault(views.QUESTION, _("a finding of the rules"))
        QUESTIONS.setdefault("ledger_findings", _("list of what is to be put right"))
        QUESTIONS.setdefault("download_findings", _("download of the list of what is to be put right"))
        areas.register(areas.Carrier("findings", recoding.move, recoding.tally, follow=recoding.follow))
        cards.card_section("person", sections.of_person)
        cards.card_section("household", sections.of_household)
        cards.card_section("dwelling", sections.of_dwelling)
        cards.after_entry(sections.after_entry)
        ledgers.register("quality:findings", Findings, _("Work"))
        register_daily(jobs.daily)
        register_daily(retention.daily)
        cleanup.register_all()
