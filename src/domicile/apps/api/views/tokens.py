"""Pages of tokens: made, shown once, listed, revoked."""

import uuid
from contextlib import suppress
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from domicile.apps.access.decorators import requires
from domicile.apps.access.roles import matrix
from domicile.apps.api import actions, policies, selectors
from domicile.apps.api.forms import TokenForm
from domicile.apps.api.models import Token
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.list import Column, TableView

WHO = (policies.MAKE, "manage_accounts")


def state_of(token: Token) -> str:
    """Whether it holds."""
    if token.revoked_at is not None:
        return _("revoked")
    return _("valid") if timezone.localdate() < token.expires_on else _("expired")


def when(moment: Any) -> str:
    """A moment to the minute, in local time."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else "—"


def token_url(token: Token) -> str:
    return reverse("api:token", args=[token.pk])


class Tokens(TableView):
    """Tokens of one's own programs; administrators see those of their areas."""

    permissions = WHO
    heading = gettext_lazy("Programs")
    lead = gettext_lazy(
        "A program reads and proposes with a token: no more than its owner may, for one purpose, until a day."
    )
    template_name = "api/tokens.html"
    empty_title = gettext_lazy("No tokens yet")
    empty_help = gettext_lazy(
        "Make one for each program, so that its looks can be told apart and it can be stopped alone."
    )
    columns = (
        Column(gettext_lazy("Program"), lambda token: token.client, token_url),
        Column(pgettext_lazy("program", "Owner"), lambda token: token.owner.real_name),
        Column(gettext_lazy("Purpose"), lambda token: purpose_name(token.purpose)),
        Column(gettext_lazy("Area"), lambda token: token.scopes),
        Column(gettext_lazy("State"), state_of),
        Column(gettext_lazy("Holds until (not included)"), lambda token: token.expires_on.isoformat()),
        Column(gettext_lazy("Last used"), lambda token: when(token.last_used)),
    )

    def rows(self, viewer: Viewer, chosen: dict[str, Any]) -> Any:
        return selectors.tokens(viewer)

    def prepared(self, rows: list[Token]) -> list[Token]:
        used = selectors.last_used(rows)
        for row in rows:
            row.last_used = used.get(row.pk)  # type: ignore[attr-defined]
        return rows

    def context(self, viewer: Viewer) -> dict[str, Any]:
        return {"may_make": viewer.may(policies.MAKE)}


def purpose_name(key: str) -> str:
    known = matrix(timezone.localdate()).known_purposes.get(key)
    return known.label.name(get_language() or "zh") if known else key


@requires(*WHO)
def token(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One token: what it may do, and since when."""
    found = selectors.token(request.viewer, pk)
    rules, language = matrix(timezone.localdate()), get_language() or "zh"
    known = rules.known_permissions
    labels = [known[key].label.name(language) for key in found.permissions.split() if key in known]
    role = rules.roles.get(found.role)
    context = {
        "heading": found.client,
        "token": found,
        "open": found.revoked_at is None,
        "facts": [
            {"label": pgettext("program", "Owner"), "value": found.owner.real_name},
            {"label": _("Beginning of the token"), "value": f"dom_{found.prefix}_…"},
            {"label": _("State"), "value": state_of(found)},
            {"label": _("Role"), "value": role.label.name(language) if role else found.role},
            {"label": _("Purpose"), "value": purpose_name(found.purpose)},
            {"label": _("Area"), "value": found.scopes},
            {"label": _("What the program may do"), "value": "、".join(labels)},
            {"label": _("Made on"), "value": when(found.made_at)},
            {"label": _("Holds until (not included)"), "value": found.expires_on.isoformat()},
            {"label": _("Last used"), "value": when(selectors.last_used([found]).get(found.pk))},
        ],
    }
    return render(request, "api/token.html", context)


@never_cache
@requires(policies.MAKE)
def add(request: ViewerRequest) -> HttpResponse:
    """Make a token; its text is shown once."""
    viewer = request.viewer
    form = TokenForm(request.POST or None, viewer=viewer)
    if request.method == "POST" and form.is_valid():
        values = {
            **form.cleaned_data,
            "scopes": form.cleaned_data["scopes"].replace(",", " ").replace("，", " ").split(),
        }
        try:
            made = actions.make_token(actor=viewer, **values)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            return render(request, "api/shown_once.html", {
                "heading": _("Token, shown once"), "name": made.token.client, "label": _("Token"), "secret": made.text,
                "next_url": token_url(made.token),
            })  # fmt: skip
    context = {
        "heading": _("Connect a program"), "form": form, "cancel_url": reverse("api:tokens"),
        "lead": _("What the program does with the token stands in the log of looks under your name."),
        "submit_label": _("Make the token"),
    }  # fmt: skip
    return render(request, "screens/form.html", context, status=422 if form.errors else 200)


@requires(*WHO)
def revoke(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """End a token, after a question."""
    found = selectors.token(request.viewer, pk)
    if request.method == "POST":
        with suppress(Refused):  # somebody was quicker; the page says that it is revoked
            actions.revoke_token(actor=request.viewer, token_id=pk)
        return redirect(token_url(found))
    context = {
        "heading": _("Revoke the token of %(name)s") % {"name": found.client},
        "consequence": _("The program is refused from its next call on. This cannot be taken back; make a new token then."),
        "cancel_url": token_url(found), "submit_label": _("Revoke"),
    }  # fmt: skip
    return render(request, "screens/confirm.html", context)
