"""Which changes take effect at once, and who may decide the others (RV-1)."""

from domicile.apps.collect.models import Proposal, ReviewRule
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


def takes_effect_at_once(viewer: Viewer, place_code: str, action: str, level: str) -> bool:
    """Whether this viewer's change needs nobody else's word."""
    if not reaches(viewer, place_code, level):
        return False
    return viewer.may("apply_change") or (viewer.may("propose_change") and not needs_review(place_code, action))


def may_decide(viewer: Viewer, proposal: Proposal) -> bool:
    """Whether this viewer may accept or return the proposal: never one's own."""
    return (
        proposal.state == Proposal.State.WAITING
        and viewer.may("review_change")
        and viewer.user_id != proposal.proposed_by
        and reaches(viewer, proposal.place_code, proposal.level)
    )


def may_withdraw(viewer: Viewer, proposal: Proposal) -> bool:
    """Whether this viewer may take the proposal back: only one's own, while it waits."""
    return proposal.state == Proposal.State.WAITING and viewer.user_id == proposal.proposed_by
