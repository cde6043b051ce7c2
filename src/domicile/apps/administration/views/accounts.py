"""Accounts and roles."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from domicile.apps.access.actions import grant_role, revoke_role
from domicile.apps.access.decorators import requires
from domicile.apps.access.models import Grant
from domicile.apps.accounts import actions
from domicile.apps.accounts.models import User
from domicile.apps.administration import selectors
from domicile.apps.administration.forms import ConfirmForm, GrantForm, NewUserForm
from domicile.apps.administration.words import role_name
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.screens.list import Column, TableView


def state_of(account: User) -> str:
    """Open, without second factor, or closed since when."""
    if not account.is_active:
        return _("account closed on %(day)s") % {"day": account.closed_on} if account.closed_on else _("account closed")
    return _("account open") if getattr(account, "has_second_factor", True) else _("account open, no second factor yet")


def roles_of(account: User) -> str:
    """The roles of today with their areas."""
    today = timezone.localdate()
    held = [grant for grant in account.grants.all() if grant.holds_on(today)]
    return "、".join(f"{role_name(grant.role)} {grant.scope}" for grant in held)


def user_url(account: User) -> str:
    return reverse("administration:user", args=[account.pk])


class Users(TableView):
    """Accounts of the viewer's areas."""

    permissions = ("manage_accounts",)
    heading = gettext_lazy("Accounts and roles")
    template_name = "administration/users.html"
    empty_title = gettext_lazy("No accounts in your area yet")
    empty_help = gettext_lazy("Add the first one with the button above.")
    columns = (
        Column(gettext_lazy("Real name"), lambda account: account.real_name, user_url),
        Column(gettext_lazy("User name"), lambda account: account.username),
        Column(gettext_lazy("Area code of the office"), lambda account: account.area_code),
        Column(gettext_lazy("Roles today"), roles_of),
        Column(gettext_lazy("State"), state_of),
    )

    def rows(self, viewer: Viewer, chosen: dict[str, Any]) -> Any:
        return selectors.users(viewer)

    def prepared(self, rows: list[User]) -> list[User]:
        having = selectors.with_second_factor(rows)
        for account in rows:
            account.has_second_factor = account.pk in having  # type: ignore[attr-defined]
        return rows


@requires("manage_accounts")
def user(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One account: its facts, its roles, and what can be done with it."""
    account = selectors.user(request.viewer, pk)  # type: ignore[attr-defined]
    account.has_second_factor = bool(selectors.with_second_factor([account]))  # type: ignore[attr-defined]
    today = timezone.localdate()
    context = {
        "heading": account.real_name,
        "account": account,
        "facts": [
            {"label": _("User name"), "value": account.username},
            {"label": _("Area code of the office"), "value": account.area_code},
            {"label": _("State"), "value": state_of(account)},
        ],
        "grants": [
            {
                "pk": grant.pk,
                "role": role_name(grant.role),
                "scope": grant.scope,
                "valid_from": grant.valid_from,
                "valid_to": grant.valid_to,
                "ended": grant.valid_to is not None and grant.valid_to <= today,
                "state": grant.state,
                "unconfirmed": grant.unconfirmed,
                "note": grant.decision_note,
            }
            for grant in account.grants.all()
        ],
    }
    return render(request, "administration/user.html", context)


@never_cache
@requires("manage_accounts")
def add_user(request: HttpRequest) -> HttpResponse:
    """Make an account; its first password is shown once."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    form = NewUserForm(request.POST or None, initial={"area_code": viewer.scopes[0] if viewer.scopes else ""})
    if request.method == "POST" and form.is_valid():
        if not viewer.covers(form.cleaned_data["area_code"]):
            form.add_error("area_code", _("This area lies outside your own. Give a code that begins with yours."))
        else:
            made = attempt(form, lambda: actions.create_user(actor=viewer, **form.cleaned_data))
            if made is not None:
                return show_password(request, made)
    context = {"heading": _("Add an account"), "form": form, "cancel_url": reverse("administration:users")}
    return render(request, "screens/form.html", context)


def show_password(request: HttpRequest, made: actions.NewUser) -> HttpResponse:
    """The page that shows a new password, once."""
    context = {"account": made.user, "password": made.password}
    return render(request, "administration/password.html", context)


@requires("grant_access")
def grant(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Give a role over an area."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    account = selectors.user(viewer, pk)
    form = GrantForm(request.POST or None, initial={"scope": account.area_code})
    if request.method == "POST" and form.is_valid():
        if not viewer.covers(form.cleaned_data["scope"]):
            form.add_error("scope", _("This area lies outside your own. Give a code that begins with yours."))
        elif made := attempt(form, lambda: grant_role(actor=viewer, user_id=pk, **form.cleaned_data)):
            tell_of_second(request, made)
            return HttpResponseRedirect(user_url(account))
    heading = _("Give %(name)s a role") % {"name": account.real_name}
    return render(request, "screens/form.html", {"heading": heading, "form": form, "cancel_url": user_url(account)})


def tell_of_second(request: HttpRequest, made: Grant) -> None:
    """Say that a role waits for a second administrator, or that there was none to wait for."""
    if made.state == Grant.State.WAITING:
        messages.info(request, _("Nothing holds yet: this role waits until a second administrator has approved it."))
    elif made.alone:
        messages.warning(
            request, _("The role holds. There is no second administrator, so it stays marked as given alone.")
        )


@requires("grant_access")
def revoke(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a role away from today on."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    held = Grant.objects.select_related("user").filter(pk=pk).first()
    if held is None or not viewer.covers(held.scope):
        raise NotAllowed("grant outside the area")
    words = {"role": role_name(held.role), "scope": held.scope, "name": held.user.real_name}
    return confirmed(
        request,
        held.user,
        lambda: revoke_role(actor=viewer, grant_id=pk, on=timezone.localdate()),
        heading=_("Take the role %(role)s away from %(name)s") % words,
        consequence=_("%(name)s sees nothing of %(scope)s in this role any more, from the next click on.") % words,
    )


@requires("manage_accounts")
def close(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Close a leaver's account."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    account = selectors.user(viewer, pk)
    return confirmed(
        request,
        account,
        lambda: actions.close_account(actor=viewer, user_id=pk, on=timezone.localdate()),
        heading=_("Close the account of %(name)s") % {"name": account.real_name},
        consequence=_(
            "Every session of this account ends at once, and nobody can sign in to it. What was done stays on record."
        ),
    )


@requires("manage_accounts")
def reset_second_factor(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a lost second factor away."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    account = selectors.user(viewer, pk)
    return confirmed(
        request,
        account,
        lambda: actions.reset_second_factor(actor=viewer, user_id=pk),
        heading=_("Reset the second factor of %(name)s") % {"name": account.real_name},
        consequence=_(
            "Make sure that it is really this person who asks. The next sign-in sets up a new one. "
            "Until then another administrator gives a new password, if one is needed too."
        ),
    )


@never_cache
@requires("manage_accounts")
def reset_password(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Give a new password, shown once."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    account = selectors.user(viewer, pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (made := attempt(form, lambda: actions.reset_password(actor=viewer, user_id=pk))):
        return show_password(request, made)
    return asked(
        request,
        account,
        form,
        heading=_("Give %(name)s a new password") % {"name": account.real_name},
        consequence=_(
            "Make sure that it is really this person who asks. Every session of this account ends at once, "
            "and at the next sign-in a password of their own is chosen."
        ),
    )


def confirmed(
    request: HttpRequest, account: User, action: Callable[[], Any], *, heading: str, consequence: str
) -> HttpResponse:
    """Ask first, then do it and return to the account."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, lambda: action() or True):
        return HttpResponseRedirect(user_url(account))
    return asked(request, account, form, heading=heading, consequence=consequence)


def asked(request: HttpRequest, account: User, form: forms.Form, *, heading: str, consequence: str) -> HttpResponse:
    """The question before something is done with an account, with what was refused."""
    context = {"heading": heading, "consequence": consequence, "form": form, "cancel_url": user_url(account)}
    return render(request, "screens/confirm.html", context, status=422 if form.errors else 200)


def attempt(form: forms.Form, action: Callable[[], Any]) -> Any:
    """What the action returns; None when it refused, with its reason at the field it named."""
    try:
        return action()
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused.message))
        return None
