"""Who looked at whom, and who changed what."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from domicile.apps.access.log import record_look
from domicile.apps.access.models import Look
from domicile.apps.administration import selectors
from domicile.apps.administration.forms import LogFilter, LookFilter
from domicile.apps.administration.views.accounts import role_name
from domicile.apps.administration.words import ACTIONS, QUESTIONS
from domicile.apps.audit.models import Change
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.list import Column, TableView
from domicile.core.policy.roles import matrix

ID_SIZE = 16


def moment(at: dt.datetime) -> str:
    """A time as the clock on the wall shows it."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")


def purpose_name(key: str) -> str:
    """The purpose's name in the language of the request."""
    purpose = matrix(timezone.localdate()).known_purposes.get(key)
    return purpose.label.name(get_language() or "zh") if purpose else key


def question_name(look: Look) -> str:
    """What was asked, in words."""
    return str(QUESTIONS.get(look.question, look.question))


def person_count(look: Look) -> str:
    """How many people were shown; nothing for a look that showed none."""
    return str(len(look.persons) // ID_SIZE or "")


class Looks(TableView):
    """Looks by the staff of the viewer's areas."""

    permissions = ("view_access_log",)
    heading = gettext_lazy("Who looked at whom")
    lead = gettext_lazy(
        "Each line is one answered question. What was typed is kept as a keyed hash and cannot be read."
    )
    filter_form = LookFilter
    empty_title = gettext_lazy("No looks match")
    empty_help = gettext_lazy("Nobody in your area looked at anyone in this way. Choose another day or account.")
    columns = (
        Column(gettext_lazy("Time"), lambda look: moment(look.at)),
        Column(gettext_lazy("Account"), lambda look: look.user_name),
        Column(gettext_lazy("Role"), lambda look: role_name(look.role)),
        Column(gettext_lazy("Purpose"), lambda look: purpose_name(look.purpose)),
        Column(gettext_lazy("Question"), question_name),
        Column(gettext_lazy("People shown"), person_count, css="number"),
    )

    def form(self, request: HttpRequest) -> forms.Form:
        return LookFilter(request.GET, viewer=request.viewer)  # type: ignore[attr-defined]

    def rows(self, viewer: Viewer, chosen: dict[str, Any]) -> Any:
        if chosen.get("person"):
            record_look(viewer, question="looks_at_person", persons=[chosen["person"]])
        return selectors.looks(viewer, chosen)


class LooksAtPerson(TableView):
    """Who looked at one person. Asking this is a look itself."""

    permissions = ("view_access_log",)
    heading = gettext_lazy("Who looked at this person")
    empty_title = gettext_lazy("Nobody looked")
    empty_help = gettext_lazy("Nobody in your area has looked at this person.")
    columns = Looks.columns[:-1]

    def rows(self, viewer: Viewer, chosen: dict[str, Any]) -> Any:
        person: uuid.UUID = chosen["pk"]
        found = selectors.looks(viewer, {"person": person})
        record_look(viewer, question="looks_at_person", persons=[person])
        return found


class Changes(TableView):
    """Changes in the viewer's areas, without what was changed: that is read with the right to see the person."""

    permissions = ("view_change_log",)
    heading = gettext_lazy("Who changed what")
    filter_form = LogFilter
    empty_title = gettext_lazy("No changes match")
    empty_help = gettext_lazy("Nothing was changed in your area in this way. Choose another day or account.")
    columns = (
        Column(gettext_lazy("Time"), lambda change: moment(change.at)),
        Column(gettext_lazy("Account"), lambda change: getattr(change, "actor_name", "")),
        Column(gettext_lazy("Role"), lambda change: role_name(change.actor_role)),
        Column(gettext_lazy("Purpose"), lambda change: purpose_name(change.purpose)),
        Column(gettext_lazy("Action"), lambda change: str(ACTIONS.get(change.action, change.action))),
        Column(gettext_lazy("Area"), lambda change: change.place_code),
        Column(gettext_lazy("Reason"), lambda change: change.reason),
    )

    def form(self, request: HttpRequest) -> forms.Form:
        return LogFilter(request.GET, viewer=request.viewer)  # type: ignore[attr-defined]

    def rows(self, viewer: Viewer, chosen: dict[str, Any]) -> Any:
        return selectors.changes(viewer, chosen)

    def prepared(self, rows: list[Change]) -> list[Change]:
        names = selectors.names({change.actor_id for change in rows if change.actor_id})
        for change in rows:
            change.actor_name = names.get(change.actor_id, "") if change.actor_id else ""  # type: ignore[attr-defined]
        return rows


def looks_at_person_url(person_id: uuid.UUID) -> str:
    """Where the looks at a person are listed."""
    return reverse("administration:looks_at_person", args=[person_id])
