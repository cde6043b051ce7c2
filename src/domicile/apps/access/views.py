"""Stating a purpose, and choosing among one's roles."""

import time
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from domicile.apps.access import purposes
from domicile.apps.access.decorators import safe_path
from domicile.apps.access.grants import grants_on
from domicile.apps.access.roles import matrix
from domicile.apps.common.viewer import NotAllowed, Viewer


class PurposeForm(forms.Form):
    """One of the purposes that the role may state."""

    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules, language = matrix(timezone.localdate()), get_language() or "zh"
        stated = [rules.known_purposes[name] for name in rules.purposes(viewer.role)]
        field = self.fields["purpose"]
        field.choices = [  # type: ignore[attr-defined]
            (purpose.key, f"{purpose.label.name(language)} — {purpose.explanation.name(language)}")
            for purpose in stated
        ]
        field.initial = viewer.purpose or (stated[0].key if len(stated) == 1 else None)


@never_cache
def purpose(request: HttpRequest) -> HttpResponse:
    """Ask why people are looked at; then back to where the question came up."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    rules = matrix(timezone.localdate())
    if not rules.purposes(viewer.role):
        raise NotAllowed("no purpose")
    form = PurposeForm(request.POST or None, viewer=viewer)
    if request.method == "POST" and form.is_valid():
        purposes.keep(request.session, form.cleaned_data["purpose"], at=time.time())
        return HttpResponseRedirect(safe_path(request, request.GET.get("next", "")))
    context = {
        "heading": _("What are you looking for?"),
        "lead": _("Every look at a person is logged with this purpose, and the person can see it."),
        "form": form,
        "submit_label": _("Go on"),
        "roles": role_choices(request, viewer),
    }
    return render(request, "access/purpose.html", context)


@require_POST
def switch_role(request: HttpRequest) -> HttpResponse:
    """Work in another of one's roles. The purpose stated in the former one is forgotten."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    chosen = request.POST.get("role", "")
    if chosen not in {key for key, _label in role_choices(request, viewer)}:
        raise NotAllowed("role not granted")
    request.session[purposes.ROLE] = chosen
    purposes.drop(request.session)
    return HttpResponseRedirect(reverse("web:home"))


def role_choices(request: HttpRequest, viewer: Viewer) -> list[tuple[str, str]]:
    """The user's other roles of today, as key and name."""
    today, language = timezone.localdate(), get_language() or "zh"
    rules = matrix(today)
    held = dict.fromkeys(grant.role for grant in grants_on(request.user.pk, today))  # type: ignore[arg-type]
    return [(key, rules.roles[key].label.name(language)) for key in held if key in rules.roles and key != viewer.role]
