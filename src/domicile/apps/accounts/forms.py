"""Forms of signing in."""

import unicodedata
from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from domicile.apps.accounts import second_factor
from domicile.apps.accounts.attempts import check_open, count_failure
from domicile.apps.accounts.models import User


class SignInForm(LoginForm):  # type: ignore[misc]
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name")
        self.fields["login"].widget = forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"})
        self.fields["password"].widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""


class CodeField(forms.CharField):
    """Digits as people type them: full width and blanks are understood."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"autocomplete": "one-time-code", "inputmode": "numeric"}
        super().__init__(max_length=32, widget=forms.TextInput(attrs=attributes), **kwargs)

    def to_python(self, value: Any) -> str:
        return "".join(unicodedata.normalize("NFKC", super().to_python(value) or "").split()).replace("-", "")


class SecondFactorForm(forms.Form):
    """The code of the app, or one of the recovery codes. Wrong codes count as wrong passwords do."""

    code = CodeField(
        label=_("Verification code"),
        help_text=_("Six digits from the authenticator app on your phone, or a recovery code."),
    )

    def __init__(self, *args: Any, user: User, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.request = user, request
        self.authenticator: Authenticator | None = None

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        check_open(self.request, self.user.username)
        self.authenticator = second_factor.accepts(self.user, code)
        if self.authenticator is None:
            count_failure(self.request, self.user.username)
            raise forms.ValidationError(
                _("This code is wrong or was used already. Wait for the next one, and check the clock of your phone.")
            )
        return code


class NewPasswordForm(PasswordChangeForm):
    """One's own new password. Wrong old ones count as wrong passwords at the door do."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        check_open(self.request, self.user.get_username())
        try:
            old: str = super().clean_old_password()
        except forms.ValidationError:
            count_failure(self.request, self.user.get_username())
            raise
        return old


class NewSecondFactorForm(forms.Form):
    """The first code of an app that was just set up."""

    code = CodeField(label=_("Verification code"), help_text=_("Six digits that the app shows now."))
    wrong = _("This is not the code that the app shows now. Check the clock of your phone and type the next one.")
