"""What an area lets take effect at once and what waits for review: say it, read it, take it back (RV-1)."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.scopes import scope_q
from domicile.apps.audit.recording import recording
from domicile.apps.collect import policies, registry
from domicile.apps.collect.models import CHAIN, ReviewRule
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer

SIZES = tuple(sorted(policies.LEVEL_DIGITS.values()))
NOT_AN_AREA = _("Give the code of an area or grid: county 6, township 9, community 12, grid 15 digits.")
KIND = "review_rule"
#: Who looks at a change at each level. A group is some grids of a community that somebody was given together.
LEVELS: dict[str, str | Promise] = {
    "grid": _("group of grids"),
    "community": _("community"),
    "township": _("township"),
    "county": _("county"),
    "prefecture": _("prefecture"),
    "province": _("province"),
}
#: The same of whoever a change waits for: where there is no group, the community decides at its level.
WAITS_FOR = LEVELS | {"grid": _("group of grids or community")}


@dataclass(frozen=True)
class Holding:
    """What holds for a place, kind by kind: each list under the sentence that is true of it."""

    sentence: str | Promise
    kinds: list[str | Promise]


def levels_in_words(levels: Collection[str]) -> str:
    """Levels in their order: group of grids → community → township."""
    return " → ".join(str(LEVELS.get(level, level)) for level in levels)


def rules(viewer: Viewer) -> QuerySet[ReviewRule]:
    """The rules of the viewer's areas and of the wider areas around them, by area and kind."""
    own = scope_q(viewer, "scope")
    if own is None:
        return ReviewRule.objects.none()
    wider = [scope[:digits] for scope in viewer.scopes for digits in SIZES if digits < len(scope)]
    return ReviewRule.objects.filter(own | Q(scope__in=wider)).order_by("scope", "action")


def rule(viewer: Viewer, rule_id: uuid.UUID) -> ReviewRule:
    """A rule that the viewer may change. Raises NotAllowed, also when there is none."""
    viewer.require("set_review_rules")
    found = ReviewRule.objects.filter(pk=rule_id).first()
    if found is None or not viewer.covers(found.scope):
        raise NotAllowed("set_review_rules outside the area")
    return found


def holding(place_code: str) -> list[Holding]:
    """What holds for a place (2 to 15 digits) when a worker makes a change there. One query."""
    over = policies.rules_over(place_code)
    grid: list[str | Promise] = []
    community: list[str | Promise] = []
    higher: list[str | Promise] = []
    waits: list[str | Promise] = []
    passed: dict[tuple[str, ...], list[str | Promise]] = {}
    for handler in registry.handlers():
        best, level = policies.deciding(over, handler.name), handler.level()
        if best is not None and best.levels:
            passed.setdefault(policies.way(over, handler.name, level), []).append(handler.label)
        elif policies.LEVEL_DIGITS[level] < policies.LEVEL_DIGITS["community"]:
            higher.append(handler.label)
        elif best is None or best.needs_review:
            waits.append(handler.label)
        else:
            (grid if level == "grid" else community).append(handler.label)
    by_levels = str(_("Waits for review, one level after the other ({levels}):"))
    told: list[tuple[str | Promise, list[str | Promise]]] = [
        (_("At once, also when a grid worker makes it:"), grid),
        (_("At once when staff of the whole community make it; a grid worker's waits for review:"), community),
        (_("Waits for review:"), waits),
        *((by_levels.format(levels=levels_in_words(way)), kinds) for way, kinds in passed.items()),
        (_("Always waits for a higher office, whatever is set here:"), higher),
    ]
    return [Holding(sentence, kinds) for sentence, kinds in told if kinds]


def set_rule(
    *, actor: Viewer, scope: str, action: str, needs_review: bool, levels: Collection[str] = (), reason: str = ""
) -> ReviewRule:
    """Say for an area whether a kind of change ('' for all kinds) waits for review. An older word on it is replaced.

    `levels`: those that a change which waits passes one after the other; its own level comes last where it is wider.
    """
    actor.require("set_review_rules")
    if not (scope.isascii() and scope.isdecimal() and len(scope) in SIZES):
        raise Refused(NOT_AN_AREA, "scope")
    if not actor.covers(scope):
        raise NotAllowed("set_review_rules outside the area")
    if action and registry.known(action) is None:
        raise Refused(_("There is no such kind of change. Choose one of the list."), "action")
    way = " ".join(level for level in CHAIN if level in levels)
    if way and not needs_review:
        raise Refused(_("What takes effect at once passes no level: choose none, or let it wait."), "levels")
    found = ReviewRule.objects.filter(scope=scope, action=action).first()
    subject = found or ReviewRule(scope=scope, action=action, needs_review=needs_review, levels=way)
    with recording(
        actor=actor,
        action="collect.set_rule",
        subject_kind=KIND,
        subject_id=subject.pk,
        place_code=scope,
        reason=reason,
    ) as change:
        return change.create(subject) if found is None else change.update(found, needs_review=needs_review, levels=way)


def remove_rule(*, actor: Viewer, rule_id: uuid.UUID, reason: str = "") -> None:
    """Take a rule back: the next wider one holds again, and without any every change waits."""
    found = rule(actor, rule_id)
    with recording(
        actor=actor, action="collect.remove_rule", subject_kind=KIND, subject_id=found.pk, place_code=found.scope,
        reason=reason,
    ) as change:  # fmt: skip
        change.delete(found)
