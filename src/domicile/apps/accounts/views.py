"""Signing in, the second factor, and the closed door."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.views import LoginView, LogoutView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from domicile.apps.accounts import actions, policies, second_factor, sessions
from domicile.apps.accounts.attempts import counted_name, is_locked_out
from domicile.apps.accounts.events import tell
from domicile.apps.accounts.forms import NewPasswordForm, NewSecondFactorForm, SecondFactorForm
from domicile.apps.accounts.models import User


class SignIn(LoginView):  # type: ignore[misc]
    """User name and password."""


class SignOut(LogoutView):  # type: ignore[misc]
    """Ends the session. The language goes with it: the next user of this machine has their own."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            tell("sign_out", request.user.pk, request.user.real_name)
        response: HttpResponse = super().post(request, *args, **kwargs)
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        response["Clear-Site-Data"] = '"cache"'  # the Back button shows the next user nobody's card
        return response


class GiveCode(AuthenticateView):  # type: ignore[misc]
    """The second factor, between password and work."""

    def _build_forms(self) -> SecondFactorForm | None:
        user = self.stage.login.user
        data = self.request.POST if self.request.method == "POST" else None
        self.auth_form = SecondFactorForm(data, user=user, request=self.request)
        self.webauthn_form = None
        return self.auth_form if data is not None else None

    def form_valid(self, form: SecondFactorForm) -> HttpResponse:
        user, kind = self.stage.login.user, form.authenticator.type  # type: ignore[union-attr]
        record_authentication(self.request, user, "mfa", type=str(kind))
        if kind == Authenticator.Type.RECOVERY_CODES:
            tell("recovery_code_used", user.pk, user.real_name)
        response: HttpResponse = self.stage.exit()
        return response


@never_cache
def set_up(request: HttpRequest) -> HttpResponse:
    """Set up the second factor, without which nobody gets further."""
    user = request.user
    if second_factor.has_one(user):  # type: ignore[arg-type]
        return HttpResponseRedirect(reverse("web:home"))
    secret = second_factor.secret_being_set_up(request.session)
    form = NewSecondFactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if second_factor.fits(user, secret, form.cleaned_data["code"]):  # type: ignore[arg-type]
            second_factor.store(user, secret)  # type: ignore[arg-type]
            del request.session[second_factor.SETTING_UP]
            request.session.cycle_key()
            sessions.mark_second_factor(request.session, at=sessions.now())
            sessions.open_session(request.session, user.pk)  # type: ignore[arg-type]
            tell("second_factor_set", user.pk, user.real_name)  # type: ignore[arg-type, union-attr]
            return HttpResponseRedirect(reverse("recovery_codes"))
        form.add_error("code", form.wrong)
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    context = {"form": form, "secret": secret, "secret_groups": groups, "picture": second_factor.picture(user, secret)}  # type: ignore[arg-type]
    return render(request, "mfa/totp/activate_form.html", context)


@never_cache
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show the recovery codes, once."""
    codes = second_factor.recovery_codes_once(request.user)  # type: ignore[arg-type]
    return render(request, "mfa/recovery_codes/index.html", {"codes": codes})


@never_cache
def change_password(request: HttpRequest) -> HttpResponse:
    """Choose one's own password; the other sessions of the account end. After repeated failures this one does.

    Whoever has still the password that an administrator gave comes here first.
    """
    user: User = request.user  # type: ignore[assignment]
    form = NewPasswordForm(user, request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        actions.choose_password(user=user, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(request, user)
        sessions.open_session(request.session, user.pk)
        tell("password_changed", user.pk, user.real_name)
        messages.success(request, _("The new password holds from now on. Your other sessions have ended."))
        return HttpResponseRedirect(reverse("web:home"))
    if is_locked_out(request):
        logout(request)
        return HttpResponseRedirect(reverse("account_login"))  # axes answers in its place: the door is closed
    context = {"heading": _("Change my password"), "form": form, "cancel_url": reverse("web:home")}
    if user.password_given_by is not None:
        giver = User.objects.filter(pk=user.password_given_by).values_list("real_name", flat=True).first() or "—"
        words = _("%(name)s gave you this password. Choose your own now, so that nobody but you knows it.")
        context |= {"heading": _("Choose your own password"), "lead": words % {"name": giver}, "cancel_url": ""}
    return render(request, "screens/form.html", context)


def locked_out(request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None) -> HttpResponse:
    """The answer while an account is closed after repeated failures."""
    clear_login(request)  # a sign-in half done begins anew
    tell("locked_out", None, counted_name(request, credentials) or "")
    minutes = int(policies.lockout_time().total_seconds() // 60)
    answer = render(request, "account/locked_out.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer
