"""Start-up of the app. What compares lists needs large libraries, and is imported when somebody works on a list."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig

from domicile.apps.common.viewer import Viewer


class SourcesConfig(AppConfig):
    name = "domicile.apps.sources"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from domicile.apps.administration.telling import TABLES
        from domicile.apps.administration.words import ACTIONS, QUESTIONS
        from domicile.apps.areas import registry as areas
        from domicile.apps.people import errands
        from domicile.apps.sources import recoding, reminding, retention
        from domicile.apps.tasks.registry import register_daily

        errands.register("list", errands.Errand(_start, _ended))
        reminding.register_all()
        register_daily(reminding.daily)
        register_daily(retention.daily)
        areas.register(areas.Carrier("sources", recoding.move))
        TABLES.update({"sources_load": _("lists from outside"), "sources_listrow": _("rows of lists from outside")})
        for action, words in (
            ("sources.load", _("list from outside loaded")),
            ("sources.discard", _("list from outside put away")),
            ("sources.compare", _("list from outside compared")),
            ("sources.answer", _("row of a list answered")),
            ("sources.choose", _("said who a row of a list means")),
            ("sources.none_of_them", _("said that a row of a list means nobody of those found")),
            ("sources.done", _("row of a list settled by a change")),
            ("sources.reopen", _("decision about a row of a list taken back")),
            ("sources.visit", _("visit asked for because of a list")),
            (reminding.REMIND, _("reminded of sources whose next list is due")),
            (retention.ERASE, _("lists from outside erased, their time being over")),
        ):
            ACTIONS.setdefault(action, words)
        QUESTIONS.setdefault("list_pile", _("a pile of a list from outside"))
        QUESTIONS.setdefault("list_row", _("a row of a list from outside"))
        QUESTIONS.setdefault("list_preview", _("first rows of a list from outside"))


def _start(viewer: Viewer, key: uuid.UUID) -> Mapping[str, Any]:
    from domicile.apps.sources import errand

    return errand.start(viewer, key)


def _ended(viewer: Viewer, key: uuid.UUID, waiting: bool) -> str:
    from domicile.apps.sources import errand

    return errand.ended(viewer, key, waiting)
