"""Forms of tokens and webhooks."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.roles import matrix
from domicile.apps.api import policies
from domicile.apps.api.models import Kind
from domicile.apps.common.viewer import Viewer

KINDS = {
    Kind.IMPORT_COMMITTED: _("an import was committed: its id, and how many changes in which community"),
    Kind.IMPORT_UNDONE: _("an import was undone"),
    Kind.AREAS_CHANGED: _("areas changed"),
    Kind.GRIDS_CHANGED: _("grids changed"),
    Kind.PROPOSALS_CHANGED: _("proposals came in or were decided: how many wait"),
    Kind.REGISTER_CHANGED: _("something in the register changed: how many changes in which community"),
}


#: The same in a word, for lists.
HAPPENED = {
    Kind.IMPORT_COMMITTED: _("import committed"),
    Kind.IMPORT_UNDONE: _("import undone"),
    Kind.AREAS_CHANGED: _("areas changed"),
    Kind.GRIDS_CHANGED: _("grids changed"),
    Kind.PROPOSALS_CHANGED: _("proposals came in or were decided"),
    Kind.REGISTER_CHANGED: _("the register changed"),
}


class TokenForm(forms.Form):
    """What a program may do, and until when."""

    client = forms.CharField(
        label=_("Name of the program"),
        max_length=64,
        help_text=_("For instance: service desk, grid app of the county."),
    )
    purpose = forms.ChoiceField(label=_("Purpose"), widget=forms.RadioSelect)
    scopes = forms.CharField(
        label=_("Area codes"),
        max_length=200,
        help_text=_("The areas that the program may read, inside your own; several with blanks between."),
    )
    permissions = forms.MultipleChoiceField(
        label=_("What the program may do"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what it needs. Full numbers only where the program cannot do without."),
    )
    expires_on = forms.DateField(
        label=_("Holds until (not included)"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules, language = matrix(timezone.localdate()), get_language() or "zh"
        purposes = rules.purposes(viewer.role)
        held = set().union(*(rules.permissions(viewer.role, purpose) for purpose in purposes))
        self.fields["purpose"].choices = [(key, rules.known_purposes[key].label.name(language)) for key in purposes]  # type: ignore[attr-defined]
        self.fields["permissions"].choices = [  # type: ignore[attr-defined]
            (key, rules.known_permissions[key].label.name(language)) for key in policies.GRANTABLE if key in held
        ]
        self.fields["purpose"].initial = viewer.purpose or None
        self.fields["scopes"].initial = " ".join(viewer.scopes)
        days = policies.longest_days()
        self.fields["expires_on"].initial = timezone.localdate() + dt.timedelta(days=days)
        self.fields["expires_on"].help_text = _("At most %(days)s days from now.") % {"days": days}


class WebhookForm(forms.Form):
    """Who is told of what."""

    client = forms.CharField(label=_("Name of the program"), max_length=64)
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=_(
            "A public https address. For a server inside your own network ask whoever runs domicile here: "
            "they name it in DOMICILE_WEBHOOK_HOSTS."
        ),
    )
    area = forms.RegexField(
        r"^[0-9]{2,12}$",
        label=_("Area code"),
        help_text=_("County 6, township 9, community 12 digits, inside your own area."),
        error_messages={"invalid": _("An area code has 2 to 12 digits.")},
    )
    kinds = forms.MultipleChoiceField(
        label=_("Told when"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(kind.value, text) for kind, text in KINDS.items()],
    )
