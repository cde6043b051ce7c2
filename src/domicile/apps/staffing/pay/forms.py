"""Forms of honoraria."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.staffing.forms import day, line, to_id
from domicile.apps.staffing.pay.words import KINDS

Choices = Sequence[tuple[Any, Any]]


class AdjustForm(forms.Form):
    """More or less for one worker."""

    worker = forms.TypedChoiceField(label=_("Worker"), coerce=to_id, empty_value=None)
    amount = forms.DecimalField(
        label=_("Yuan"), decimal_places=2, max_digits=10, help_text=_("Less with a minus: -12.50")
    )
    reason = line(_("Reason"), 200, help_text=_("The worker reads it on the statement."))

    def __init__(self, *args: Any, workers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["worker"].choices = workers  # type: ignore[attr-defined]


class PaidForm(forms.Form):
    """When it was paid."""

    on = day(_("Paid on"))


class RateForm(forms.Form):
    """What an area pays for a kind of work."""

    scope = forms.ChoiceField(label=_("For which area"))
    kind = forms.ChoiceField(label=_("For what"), choices=list(KINDS.items()))
    amount = forms.DecimalField(label=_("Yuan each"), decimal_places=2, max_digits=7, min_value=0)
    since = day(_("From"), help_text=_("Work of this day and later; approved months stay as they are."))

    def __init__(self, *args: Any, scopes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]
