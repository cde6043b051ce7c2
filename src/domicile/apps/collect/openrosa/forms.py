"""The form that sets up a phone."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.models import Grant


class PhoneForm(forms.Form):
    """Whose phone, for which areas."""

    worker = forms.ChoiceField(
        label=_("Worker"), help_text=_("Whoever goes to the doors; the phone shows the dwellings of their areas.")
    )
    scopes = forms.CharField(
        label=_("Area codes"),
        max_length=200,
        required=False,
        help_text=_("Leave empty for all areas of this worker; else some of them with blanks between."),
    )
    label = forms.CharField(
        label=_("Which phone"),
        max_length=64,
        required=False,
        help_text=_("For instance: work phone 3. No phone number."),
    )

    def __init__(self, *args: Any, held: list[Grant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas: dict[uuid.UUID, list[str]] = {}
        names = {}
        for grant in held:
            areas.setdefault(grant.user_id, []).append(grant.scope)
            names[grant.user_id] = grant.user.real_name
        choices = [(str(key), f"{name} ({' '.join(areas[key])})") for key, name in names.items()]
        self.fields["worker"].choices = [("", ""), *choices]  # type: ignore[attr-defined]

    def clean_worker(self) -> uuid.UUID:
        return uuid.UUID(self.cleaned_data["worker"])

    def clean_scopes(self) -> list[str]:
        return self.cleaned_data["scopes"].replace(",", " ").replace("，", " ").split()
