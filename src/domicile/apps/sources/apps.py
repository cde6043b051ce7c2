"""Start-up of the app."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "domicile.apps.sources"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from domicile.apps.administration.telling import TABLES
        from domicile.apps.administration.words import ACTIONS, QUESTIONS
        from domicile.apps.areas import registry as areas
        from domicile.apps.sources import errand, recoding, retention
        from domicile.apps.sources.actions import comparing, deciding, loading, visiting
        from domicile.apps.tasks.registry import register_daily

        errand.register_all()
        register_daily(retention.daily)
        areas.register(areas.Carrier("sources", recoding.move))
        TABLES.update({"sources_load": _("lists from outside"), "sources_listrow": _("rows of lists from outside")})
        for action, words in (
            (loading.LOAD, _("list from outside loaded")),
            (loading.DISCARD, _("list from outside put away")),
            (comparing.COMPARE, _("list from outside compared")),
            (deciding.ANSWER, _("row of a list answered")),
            (deciding.CHOOSE, _("said who a row of a list means")),
            (deciding.NONE, _("said that a row of a list means nobody of those found")),
            (deciding.DONE, _("row of a list settled by a change")),
            (deciding.REOPEN, _("decision about a row of a list taken back")),
            (visiting.VISIT, _("visit asked for because of a list")),
            (retention.ERASE, _("lists from outside erased, their time being over")),
        ):
            ACTIONS.setdefault(action, words)
        QUESTIONS.setdefault("list_pile", _("a pile of a list from outside"))
        QUESTIONS.setdefault("list_row", _("a row of a list from outside"))
        QUESTIONS.setdefault("list_preview", _("first rows of a list from outside"))
