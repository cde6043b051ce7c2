"""Choose the community."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.people.forms.base import ChangeForm


class CommunityForm(ChangeForm):
    """One community for all the moves shown."""

    code = forms.ChoiceField(label=_("Community"), widget=forms.RadioSelect)
    field_order = ("code", "reason")

    def __init__(self, *args: Any, communities: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = communities  # type: ignore[attr-defined]
