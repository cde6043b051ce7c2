"""Which changes take effect at once, and who may decide the others (RV-1)."""

import uuid
from collections.abc import Collection

from domicile.apps.collect.models import Decision, Proposal, ReviewRule
from domicile.apps.common.viewer import Viewer

# A scope of so many digits or fewer reaches the level.
LEVEL_DIGITS = {"grid": 15, "community": 12, "township": 9, "county": 6, "prefecture": 4, "province": 2}


def reaches(viewer: Viewer, place_code: str, level: str) -> bool:
    """Whether one of the viewer's scopes over `place_code` is as wide as `level`."""
    digits = LEVEL_DIGITS[level]
    return any(len(scope) <= digits and place_code.startswith(scope) for scope in viewer.scopes if scope)


def rules_over(place_code: str) -> list[ReviewRule]:
    """The rules that reach a place, the longest first. One query."""
    scopes = [place_code[:digits] for digits in (2, 4, 6, 9, 12, 15) if digits <= len(place_code)]
    return sorted(ReviewRule.objects.filter(scope__in=scopes), key=_rank, reverse=True)


def deciding(rules: list[ReviewRule], action: str) -> ReviewRule | None:
    """Which of the rules over a place decides about a kind of change: the longest, then the one that names the kind."""
    return max((rule for rule in rules if rule.action in {"", action}), key=_rank, default=None)


def _rank(rule: ReviewRule) -> tuple[int, bool]:
    return len(rule.scope), rule.action != ""


def needs_review(place_code: str, action: str) -> bool:
    """Whether a worker's change there waits for review. The longest matching rule decides; without one it waits."""
    best = deciding(rules_over(place_code), action)
    return True if best is None else best.needs_review


def way(rules: list[ReviewRule], action: str, level: str) -> tuple[str, ...]:
    """The levels that a change passes one after the other: those that the area sets, and its own where it is wider."""
    best = deciding(rules, action)
    asked = best.levels.split() if best is not None else []
    if asked and LEVEL_DIGITS[asked[-1]] <= LEVEL_DIGITS[level]:
        return tuple(asked)
    return (*(one for one in asked if LEVEL_DIGITS[one] > LEVEL_DIGITS[level]), level)


def still_to_pass(viewer: Viewer, place_code: str, levels: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these levels a viewer's own change has yet to pass: an office's own level has seen it; one at least."""
    if not viewer.may("apply_change"):
        return levels
    return tuple(level for level in levels if not reaches(viewer, place_code, level)) or levels[-1:]


def takes_effect_at_once(
    viewer: Viewer, place_code: str, action: str, level: str, rules: list[ReviewRule] | None = None
) -> bool:
    """Whether this viewer's change needs nobody else's word. `rules` over the place where they are known already."""
    if not reaches(viewer, place_code, level) or not (viewer.may("apply_change") or viewer.may("propose_change")):
        return False
    over = rules_over(place_code) if rules is None else rules
    best = deciding(over, action)
    if best is not None and not best.needs_review:
        return True
    return viewer.may("apply_change") and reaches(viewer, place_code, way(over, action, level)[-1])


def may_decide(viewer: Viewer, proposal: Proposal, passed_by: Collection[uuid.UUID] = ()) -> bool:
    """Whether this viewer may accept or return the proposal: never one's own, and never two levels of one."""
    return (
        proposal.state == Proposal.State.WAITING
        and viewer.may("review_change")
        and viewer.user_id != proposal.proposed_by
        and viewer.user_id not in passed_by
        and reaches(viewer, proposal.place_code, proposal.level)
    )


def may_send_again(viewer: Viewer, proposal: Proposal) -> bool:
    """Whether this viewer may correct what was returned and send it again: only one's own."""
    return (
        proposal.state == Proposal.State.RETURNED
        and viewer.user_id == proposal.proposed_by
        and viewer.covers(proposal.place_code)
        and (viewer.may("propose_change") or viewer.may("apply_change"))
    )


def may_take_back(viewer: Viewer, proposal: Proposal, last: Decision | None) -> bool:
    """Whether this viewer may take the last word on the proposal back: the own one that returned it or passed it on."""
    taken = {Decision.Verdict.RETURNED: Proposal.State.RETURNED, Decision.Verdict.PASSED: Proposal.State.WAITING}
    return (
        last is not None
        and taken.get(Decision.Verdict(last.verdict)) == proposal.state
        and viewer.user_id == last.by
        and viewer.may("review_change")
        and reaches(viewer, proposal.place_code, last.level)
    )


def may_withdraw(viewer: Viewer, proposal: Proposal) -> bool:
    """Whether this viewer may take the proposal back: only one's own, while it waits."""
    return proposal.state == Proposal.State.WAITING and viewer.user_id == proposal.proposed_by
