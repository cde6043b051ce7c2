"""Forms of the survey of coverage."""

import secrets
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.census.coverage.words import OUTCOMES

DIGITS = 10**9


class DrawForm(forms.Form):
    areas = forms.IntegerField(
        label=_("Number of areas"), min_value=2, help_text=_("The variance stands on thirty areas or more."), initial=30
    )
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=2**62 - 1, initial=lambda: secrets.randbelow(DIGITS),
        help_text=_("With it and the list of areas anybody draws the same areas again."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, anew: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not anew:
            del self.fields["reason"]


class BringForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or xlsx, one row a person: 普查小区代码, 户编号, 姓名, 性别, 出生年, 出生月, 公民身份号码 (may be empty)."
        ),
    )


class GiveForm(forms.Form):
    worker = forms.ChoiceField(
        label=_("Who asks again"), required=False,
        help_text=_("Nobody who asked first in this area, or may see its forms, stands on this list."),
    )  # fmt: skip

    def __init__(self, *args: Any, workers: Sequence[tuple[uuid.UUID, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["worker"].choices = [("", _("Nobody asks it yet")), *((str(key), name) for key, name in workers)]  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    outcome = forms.ChoiceField(label=_("What became of the person"), widget=forms.RadioSelect)
    note = forms.CharField(label=_("How this was found out"), max_length=200, required=False)

    def __init__(self, *args: Any, outcomes: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [(key, OUTCOMES[key]) for key in outcomes]  # type: ignore[attr-defined]
