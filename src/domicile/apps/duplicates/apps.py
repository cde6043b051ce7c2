"""Start-up of the app."""

from django.apps import AppConfig


class DuplicatesConfig(AppConfig):
    name = "domicile.apps.duplicates"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from domicile.apps.administration.telling import TABLES
        from domicile.apps.administration.words import ACTIONS, QUESTIONS
        from domicile.apps.common import upkeep
        from domicile.apps.duplicates import actions, handlers, jobs, retention, searching, sections
        from domicile.apps.people import registry as cards
        from domicile.apps.tasks.registry import register_daily

        handlers.register_all()
        TABLES.update(
            {
                "people_sameperson": _("records that stand for others"),
                "people_setaside": _("what merges set aside"),
                "duplicates_pair": _("pairs of records that may be one person"),
                "duplicates_run": _("searches for duplicates"),
            }
        )
        ACTIONS.setdefault(actions.APART, _("two records told apart"))
        ACTIONS.setdefault(actions.TAKEN_BACK, _("two records no longer told apart"))
        ACTIONS.setdefault(actions.BY_HAND, _("two records laid side by side"))
        ACTIONS.setdefault(searching.SEARCH, _("search for duplicates"))
        ACTIONS.setdefault(jobs.ASK, _("search for duplicates asked for"))
        ACTIONS.setdefault(retention.ERASE, _("pairs that are alike no more erased, their time being over"))
        QUESTIONS.setdefault("duplicates", _("list of possible duplicates"))
        QUESTIONS.setdefault("duplicate_pair", _("two records side by side"))
        cards.card_section("person", sections.of_person)
        cards.card_action("person", sections.changes_of_person)
        register_daily(jobs.daily)
        register_daily(retention.daily)
        upkeep.each_turn(jobs.wake)
