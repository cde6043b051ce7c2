"""The rules in force on a day, in words: why somebody may see or do something, and what follows from a date."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.purposes import reachable
from domicile.apps.access.roles import matrix
from domicile.apps.access.viewers import NOBODY
from domicile.apps.administration.forms import day_field
from domicile.apps.administration.overview import DUTIES
from domicile.apps.administration.rulewords import GROUPS, ITEMS, LEVELS, PAPERS, RULES, SOURCES, UNITS
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.core.policy.corrections import LEVELS as LEVEL_ORDER
from domicile.core.policy.parameters import Parameter, PolicyError, describe, parameter_names
from domicile.core.policy.roles import Matrix


class DayForm(forms.Form):
    """The day whose rules are shown."""

    on = day_field(label=_("Rules of the day"), required=False)


def rules(request: HttpRequest) -> HttpResponse:
    """Roles and purposes, retention, corrections, deadlines and accounts as they hold on a day. It names nobody."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    today = timezone.localdate()
    if not reachable(viewer, DUTIES, matrix(today)):
        raise NotAllowed("rules")
    form = DayForm(request.GET or None)
    day = (form.cleaned_data["on"] if form.is_valid() else None) or today
    try:
        edition: Matrix | None = matrix(day)
    except PolicyError:
        edition = None
    context = {
        "form": form,
        "day": day,
        "edition": edition,
        "source": SOURCES.get(edition.reference, edition.reference) if edition else "",
        "roles": roles(edition) if edition else [],
        "groups": [(label, lines(group, day)) for group, label in GROUPS.items()],
        "corrections": corrections(day),
    }
    return render(request, "administration/rules.html", context)


def roles(edition: Matrix) -> list[dict[str, Any]]:
    """Each role with the levels it is given over, and what it may do without a purpose and for each purpose."""
    language = get_language() or "zh"

    def told(granted: frozenset[str]) -> list[str]:
        known = edition.known_permissions
        return [known[key].label.name(language) for key in known if key in granted]

    return [
        {
            "key": role.key,
            "name": role.label.name(language),
            "levels": [LEVELS[level] for level in role.scope_levels],
            "second": edition.needs_second(role.key),
            "standing": told(role.standing),
            "purposes": [
                {
                    "name": edition.known_purposes[key].label.name(language),
                    "explanation": edition.known_purposes[key].explanation.name(language),
                    "minutes": edition.known_purposes[key].minutes,
                    "permissions": told(granted),
                    "persons": any(edition.known_permissions[name].shows_person for name in granted),
                }
                for key, granted in role.by_purpose.items()
            ],
        }
        for role in edition.roles.values()
    ]


def lines(group: str, day: dt.date) -> list[dict[str, Any]]:
    """Each rule of a group: what it is, its value on the day, since when it holds, and whence it comes."""
    found = [describe(name) for name in parameter_names() if name.startswith(f"{group}.")]
    return [
        {
            "name": RULES.get(rule.name, rule.description),
            "value": _value(rule, day),
            "unit": UNITS.get(rule.unit, rule.unit),
            "since": since(rule, day),
            "source": SOURCES.get(rule.reference, rule.reference),
        }
        for rule in found
    ]


def corrections(day: dt.date) -> dict[str, Any]:
    """At which level a correction takes effect, and the papers it must name."""
    level, papers = describe("corrections.level"), describe("corrections.evidence")
    held, needed = _value(level, day) or {}, _value(papers, day) or {}
    items = sorted(held, key=lambda item: LEVEL_ORDER.index(held[item]))
    return {
        "rows": [
            (ITEMS.get(item, item), LEVELS[held[item]], [PAPERS.get(paper, paper) for paper in needed.get(item, ())])
            for item in items
        ],
        "since": since(level, day),
        "source": SOURCES.get(level.reference, level.reference),
    }


def since(rule: Parameter, day: dt.date) -> dt.date | None:
    """Since when the value of the day holds."""
    return max((start for start, _value in rule.values if start <= day), default=None)


def _value(rule: Parameter, day: dt.date) -> Any:
    """The value of the day; None where the rule does not hold then."""
    try:
        return rule.on(day)
    except PolicyError:
        return None
