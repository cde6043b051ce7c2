"""Who looked at whom, and who changed what."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from domicile.apps.access.decorators import missing_purpose, requires
from domicile.apps.access.log import record_look
from domicile.apps.access.models import Look
from domicile.apps.access.roles import matrix
from domicile.apps.administration import selectors
from domicile.apps.administration.forms import ChangeFilter, LookFilter, PersonLookFilter
from domicile.apps.administration.telling import told
from domicile.apps.administration.words import QUESTIONS, action_name, role_name
from domicile.apps.audit.models import Change
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.downloads import File, csv_file
from domicile.apps.screens.list import Column, TableView

ID_SIZE = 16
# Rows of a log read at once for a file.
PIECE = 500


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


def persons_shown(look: Look) -> list[uuid.UUID]:
    """The identifiers of the people shown."""
    kept = bytes(look.persons)
    return [uuid.UUID(bytes=kept[start : start + ID_SIZE]) for start in range(0, len(kept), ID_SIZE)]


def persons_url(look: Look) -> str:
    """Who else looked at the one person shown; where several were shown, the list of them."""
    shown = len(look.persons) // ID_SIZE
    if shown == 1:
        return looks_at_person_url(persons_shown(look)[0])
    return reverse("administration:look", args=[look.pk]) if shown else ""


class Log(TableView):
    """A log as a page and, with `?file=csv`, as a file of the same rows and columns. Taking the file is a look itself."""

    template_name = "administration/log.html"
    file_name: ClassVar[str]
    download: ClassVar[str]

    def form(self, request: HttpRequest) -> forms.Form:
        return self.filter_form(request.GET, viewer=request.viewer)  # type: ignore[attr-defined,call-arg,misc]

    def get(self, request: HttpRequest, **kwargs: Any) -> Any:
        form = self.form(request)
        if request.GET.get("file") != "csv" or not form.is_valid():
            return super().get(request, **kwargs)
        answer = missing_purpose(request, self.permissions)
        if answer is not None:
            return answer
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        chosen = {**form.cleaned_data, **kwargs}
        found = self.rows(viewer, chosen)
        record_look(viewer, question=self.download)
        mark = f"{viewer.name} · {purpose_name(viewer.purpose)} · {moment(timezone.now())}"
        header = [str(column.label) for column in self.columns]
        lines = self.lines(found, get_language() or "zh-hans")
        return csv_file(File(self.file_name, str(self.heading), mark, header, lines))

    def lines(self, found: Any, language: str) -> Iterator[list[Any]]:
        """The text of every row, newest first, read a piece at a time so that the log may be of any length."""
        piece = list(found[:PIECE])
        while piece:
            with translation.override(language):
                yield from [[column.value(row) for column in self.columns] for row in self.prepared(piece)]
            piece = list(found.filter(pk__lt=piece[-1].pk)[:PIECE])


class Looks(Log):
    """Looks by the staff of the viewer's areas."""

    permissions = ("view_access_log",)
    heading = gettext_lazy("Who looked at whom")
    lead = gettext_lazy(
        "Each line is one answered question. What was typed is kept as a keyed hash and cannot be read."
    )
    filter_form = LookFilter
    file_name, download = "looks", "download_looks"
    empty_title = gettext_lazy("No looks match")
    empty_help = gettext_lazy("Nobody in your area looked at anyone in this way. Choose another day or account.")
    columns = (
        Column(gettext_lazy("Time"), lambda look: moment(look.at)),
        Column(gettext_lazy("Account"), lambda look: look.user_name),
        Column(gettext_lazy("Role"), lambda look: role_name(look.role)),
        Column(gettext_lazy("Area"), lambda look: look.scopes.replace(" ", "、")),
        Column(gettext_lazy("Purpose"), lambda look: purpose_name(look.purpose)),
        Column(gettext_lazy("Question"), question_name),
        Column(gettext_lazy("People shown"), person_count, lambda look: persons_url(look), css="number"),
    )

    def rows(self, viewer: Viewer, chosen: dict[str, Any]) -> Any:
        if chosen.get("person"):
            record_look(viewer, question="looks_at_person", persons=[chosen["person"]])
        return selectors.looks(viewer, chosen)


class LooksAtPerson(Log):
    """Who looked at one person. Asking this is a look itself."""

    permissions = ("view_access_log",)
    heading = gettext_lazy("Who looked at this person")
    lead = gettext_lazy("Looks by staff of your area. The person may ask for this list. Reading it is a look itself.")
    filter_form = PersonLookFilter
    file_name, download = "looks-at-person", "download_looks"
    empty_title = gettext_lazy("Nobody looked")
    empty_help = gettext_lazy("Nobody in your area has looked at this person in this way.")
    columns = Looks.columns[:-1]

    def rows(self, viewer: Viewer, chosen: dict[str, Any]) -> Any:
        person: uuid.UUID = chosen["pk"]
        found = selectors.looks(viewer, {**chosen, "person": person})
        record_look(viewer, question="looks_at_person", persons=[person])
        return found


class Changes(Log):
    """Changes in the viewer's areas, without what was changed: that is read with the right to see the person."""

    permissions = ("view_change_log",)
    heading = gettext_lazy("Who changed what")
    lead = gettext_lazy("A press on the time shows what was changed, as far as it names no person.")
    filter_form = ChangeFilter
    file_name, download = "changes", "download_changes"
    empty_title = gettext_lazy("No changes match")
    empty_help = gettext_lazy("Nothing was changed in your area in this way. Choose another day or account.")
    columns = (
        Column(gettext_lazy("Time"), lambda change: moment(change.at), lambda change: change_url(change.pk)),
        Column(gettext_lazy("Account"), lambda change: getattr(change, "actor_name", "")),
        Column(gettext_lazy("Role"), lambda change: role_name(change.actor_role)),
        Column(gettext_lazy("Purpose"), lambda change: purpose_name(change.purpose)),
        Column(gettext_lazy("Action"), lambda change: action_name(change.action)),
        Column(gettext_lazy("Area"), lambda change: change.place_code),
        Column(gettext_lazy("Reason"), lambda change: change.reason),
    )

    def rows(self, viewer: Viewer, chosen: dict[str, Any]) -> Any:
        return selectors.changes(viewer, chosen)

    def prepared(self, rows: list[Change]) -> list[Change]:
        names = selectors.names({change.actor_id for change in rows if change.actor_id})
        for change in rows:
            change.actor_name = names.get(change.actor_id, "") if change.actor_id else ""  # type: ignore[attr-defined]
        return rows


@requires("view_access_log")
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """One look: who, why, and the identifiers of the people shown, each with the way to who else looked at them."""
    found = selectors.look(request.viewer, pk)  # type: ignore[attr-defined]
    shown = persons_shown(found)
    context = {
        "heading": question_name(found),
        "facts": [{"label": column.label, "value": column.value(found), "url": ""} for column in Looks.columns],
        "persons": [(person, looks_at_person_url(person)) for person in shown[:PIECE]],
        "left_out": max(0, len(shown) - PIECE),
    }
    return render(request, "administration/look.html", context)


@requires("view_change_log")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One change: who, why, on what paper, and what was written as far as it names no person."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    found = selectors.change(viewer, pk)
    actor = selectors.names({found.actor_id}).get(found.actor_id, "") if found.actor_id else ""
    facts = [
        {"label": _("Time"), "value": moment(found.at)},
        {"label": _("Account"), "value": actor},
        {"label": _("Role"), "value": role_name(found.actor_role)},
        {"label": _("Purpose"), "value": purpose_name(found.purpose)},
        {"label": _("Area"), "value": found.place_code},
        {"label": _("Reason"), "value": found.reason},
        {"label": _("Evidence"), "value": found.evidence},
    ]
    of_person = found.subject_kind == "person" and viewer.may("view_history")
    context = {
        "heading": action_name(found.action),
        "facts": facts,
        "told": told(found),
        "history_url": reverse("people:history", args=[found.subject_id]) if of_person else "",
    }
    return render(request, "administration/change.html", context)


def change_url(change_id: int) -> str:
    """Where one change is read."""
    return reverse("administration:change", args=[change_id])


def looks_at_person_url(person_id: uuid.UUID) -> str:
    """Where the looks at a person are listed."""
    return reverse("administration:looks_at_person", args=[person_id])
