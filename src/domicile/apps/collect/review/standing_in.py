"""Who takes what was returned when its proposer has left or may no longer propose there: whoever holds the work there now.

An upper app tells who answers for a place; without it, and where nobody does, it is whoever may propose there.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Sequence

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.access.models import Grant
from domicile.apps.access.roles import matrix
from domicile.apps.accounts.models import User
from domicile.apps.collect import policies
from domicile.apps.collect.models import Proposal
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer

#: A community's digits: what is returned goes to those who go to its doors, not to an office far above.
COMMUNITY = 12
NAMED = 3
#: (place code, day) -> the accounts that answer for the place, the nearest first.
Holders = Callable[[str, dt.date], Sequence[uuid.UUID]]
_told: dict[str, Holders] = {}


def tell_holders(holders: Holders) -> None:
    """Tell who answers for a place. The last one told counts."""
    _told["holders"] = holders


def has_left(proposal: Proposal, today: dt.date) -> bool:
    """Whether who proposed it has a closed account, or no role any more in which to propose there. Two queries."""
    if not User.objects.filter(pk=proposal.proposed_by).exists():  # a program's, say
        return False
    return not _at_work(proposal.place_code, today).filter(user=proposal.proposed_by).exists()


def may_send_again(viewer: Viewer, proposal: Proposal) -> bool:
    """Whether this viewer may correct what was returned and send it again: the own; that of somebody who left, where the
    viewer works now and said nothing about it as a reviewer."""
    if policies.may_send_again(viewer, proposal):
        return True
    return (
        proposal.state == Proposal.State.RETURNED
        and viewer.user_id is not None
        and viewer.covers(proposal.place_code)
        and (viewer.may("propose_change") or viewer.may("apply_change"))
        and viewer.user_id not in _reviewed(proposal)
        and has_left(proposal, timezone.localdate())
    )


def check_return(actor: Viewer, proposal: Proposal, today: dt.date) -> None:
    """Raise Refused where a return would reach nobody: who proposed it has left, and nobody else works there."""
    if has_left(proposal, today) and not successors(actor, proposal, today):
        raise Refused(
            _(
                "{who} no longer works here, and nobody else does: nobody would correct it. Correct it yourself and accept it, "
                "or have somebody given a role over the grid first."
            ).format(who=proposal.proposed_by_name)
        )


def successors(actor: Viewer, proposal: Proposal, today: dt.date) -> list[uuid.UUID]:
    """The accounts that could take it: those that answer for the place before the others who work there."""
    apart = {proposal.proposed_by, actor.user_id, *_reviewed(proposal)}
    near = _at_work(proposal.place_code, today).filter(scope__in=_scopes(proposal.place_code, COMMUNITY))
    able = list(dict.fromkeys(near.order_by("user_id").values_list("user_id", flat=True)))
    holders = _told["holders"](proposal.place_code, today) if "holders" in _told else ()
    found = [account for account in holders if account in able and account not in apart]
    return found or [account for account in able if account not in apart]


def told_to(actor: Viewer, proposal: Proposal, today: dt.date) -> str:
    """To whom what was just returned goes, in words; '' where it goes to who proposed it."""
    if not has_left(proposal, today):
        return ""
    rows = User.objects.filter(pk__in=successors(actor, proposal, today)).order_by("real_name", "pk")
    names = "、".join(rows.values_list("real_name", flat=True)[:NAMED])
    return _("{who} no longer works here: it goes to {names}.").format(who=proposal.proposed_by_name, names=names)


def left_behind(viewer: Viewer, rows: "QuerySet[Proposal]", today: dt.date) -> Q:
    """Returned proposals among `rows` whose proposers work nowhere any more, as a condition: whoever works there sees them."""
    if not (viewer.may("propose_change") or viewer.may("apply_change")):
        return Q(pk__in=[])
    returned = rows.filter(state=Proposal.State.RETURNED).values("proposed_by")
    gone = User.objects.filter(pk__in=returned).exclude(pk__in=_holding(today).values("user_id"))
    return Q(proposed_by__in=gone.values("pk"))


def _reviewed(proposal: Proposal) -> set[uuid.UUID]:
    """Everybody who spoke about it as a reviewer."""
    words = proposal.decisions.exclude(verdict__in=["sent_again", "withdrawn"])
    return set(words.values_list("by", flat=True))


def _scopes(place_code: str, least: int = 2) -> list[str]:
    return [place_code[:digits] for digits in policies.LEVEL_DIGITS.values() if least <= digits <= len(place_code)]


def _holding(today: dt.date) -> "QuerySet[Grant]":
    """Grants of open accounts in which one may propose."""
    rules = matrix(today)
    roles: Collection[str] = [role for role in rules.roles if {"propose_change", "apply_change"} & rules.ever(role)]
    held = Grant.objects.filter(role__in=roles, state=Grant.State.HOLDS, user__is_active=True, user__closed_on=None)
    return held.filter(Q(valid_to=None) | Q(valid_to__gt=today), valid_from__lte=today)


def _at_work(place_code: str, today: dt.date) -> "QuerySet[Grant]":
    return _holding(today).filter(scope__in=_scopes(place_code))
