"""Forms of accounts, roles and the filters of the logs."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.roles import matrix
from domicile.apps.access.scopes import restrict
from domicile.apps.accounts.models import User
from domicile.apps.administration.words import ACTIONS, QUESTIONS
from domicile.apps.common.viewer import Viewer


def day_field(**kwargs: Any) -> forms.DateField:
    """A calendar day, typed or picked."""
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class NewUserForm(forms.Form):
    """A new account."""

    username = forms.CharField(label=_("User name"), max_length=64, help_text=_("For signing in: letters and digits."))
    real_name = forms.CharField(label=_("Real name"), max_length=64)
    area_code = forms.RegexField(
        r"^[0-9]{2,12}$",
        label=_("Area code of the office"),
        help_text=_("2 to 12 digits, inside your own area."),
        error_messages={"invalid": _("An area code has 2 to 12 digits.")},
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("zh-hans", "中文"), ("en", "English")])


class GrantForm(forms.Form):
    """A role over an area for a time."""

    role = forms.ChoiceField(label=_("Role"))
    scope = forms.RegexField(
        r"^[0-9]{2,15}$",
        label=_("Code of the area or grid"),
        help_text=_("County 6, township 9, community 12, grid 15 digits."),
        error_messages={"invalid": _("The code of an area or grid has 2 to 15 digits.")},
    )
    valid_from = day_field(label=_("Valid from"))
    valid_to = day_field(
        label=_("Valid until (not included)"), required=False, help_text=_("Empty: until it is taken away.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh"
        roles = matrix(timezone.localdate()).roles.values()
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.key, role.label.name(language)) for role in roles if role.scope_levels
        ]
        self.fields["valid_from"].initial = timezone.localdate()


class ConfirmForm(forms.Form):
    """Nothing to fill in: the page says what will happen."""


class NoteForm(forms.Form):
    """Why something is refused."""

    note = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Whoever asked reads it. No numbers here."))


class LogFilter(forms.Form):
    """Who, why, where and when, of the accounts in the viewer's areas. `since` and `until` are both included."""

    user = forms.ModelChoiceField(
        label=_("Account"), queryset=User.objects.none(), required=False, empty_label=_("All accounts")
    )
    purpose = forms.ChoiceField(label=_("Purpose"), required=False)
    area = forms.RegexField(
        r"^[0-9]{2,15}$",
        label=_("Area code"),
        required=False,
        error_messages={"invalid": _("The code of an area or grid has 2 to 15 digits.")},
    )
    since = day_field(label=_("From day"), required=False)
    until = day_field(label=_("To day"), required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = restrict(User.objects.all(), viewer, "area_code").order_by("username")
        self.fields["user"].queryset = accounts  # type: ignore[attr-defined]
        language = get_language() or "zh"
        known = matrix(timezone.localdate()).known_purposes.values()
        every = [("", _("All purposes")), *((purpose.key, purpose.label.name(language)) for purpose in known)]
        self.fields["purpose"].choices = every  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = chosen.get("since"), chosen.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day lies before the first one. Choose a later one."))
        return chosen


class PersonLookFilter(LogFilter):
    """Whose looks at one person, why and when."""

    question = forms.ChoiceField(label=_("Question"), required=False)
    field_order = ("user", "question", "purpose", "area", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["question"].choices = [("", _("All questions")), *QUESTIONS.items()]  # type: ignore[attr-defined]


class LookFilter(PersonLookFilter):
    """Whose looks, at whom, why and when."""

    person = forms.UUIDField(
        label=_("Identifier of a person"),
        required=False,
        error_messages={"invalid": _("This is not an identifier. Copy it from the address of the person's card.")},
    )


class ChangeFilter(LogFilter):
    """Whose changes, of what, why, where and when."""

    action = forms.ChoiceField(label=_("Action"), required=False)
    subject = forms.UUIDField(
        label=_("Identifier of a person or thing"),
        required=False,
        error_messages={"invalid": _("This is not an identifier. Copy it from the address of the card.")},
    )
    field_order = ("user", "action", "purpose", "area", "since", "until", "subject")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [("", _("All actions")), *ACTIONS.items()]  # type: ignore[attr-defined]
