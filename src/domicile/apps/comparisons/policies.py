"""Who may agree to a comparison, and what its rule allows; the numbers stand in core/policy/parameters/comparisons.yaml."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.comparisons.models import Comparison
from domicile.apps.duplicates.policies import MERGE
from domicile.apps.moves.policies import in_register
from domicile.apps.peers import directory
from domicile.apps.peers.models import Peer
from domicile.core.linkage.private import MOST_TOKENS
from domicile.core.moves.ends import significant
from domicile.core.policy.parameters import parameter

#: What the people are read with, in the name of whoever agreed.
READS = frozenset({"view_person", "view_number_full"})
LEVELS = (6, 9, 12)
PLACE = 15
MOST_PLACES = 50


def number(name: str) -> int:
    """A value of the rule in force today."""
    return int(parameter(f"comparisons.{name}", timezone.localdate()))


def check_keeper(actor: Viewer) -> Peer:
    """The own register. Raises NotAllowed unless the actor may agree for all of it, Refused before it has a name."""
    for right in (MERGE, *sorted(READS)):
        actor.require(right)
    directory.own_id()  # Refused without one
    own = directory.own()
    held = prefixes(own) if own is not None else []
    if own is None or not held or not all(actor.covers(prefix) for prefix in held):
        raise NotAllowed("a comparison outside the area")
    return own


def is_keeper(viewer: Viewer) -> bool:
    """The same as a question."""
    try:
        check_keeper(viewer)
    except (NotAllowed, Refused):
        return False
    return True


def prefixes(peer: Peer) -> list[str]:
    """What a register answers for, as beginnings of place codes."""
    return list(peer.areas.order_by("prefix").values_list("prefix", flat=True))


def check_places(codes: list[str], peer: Peer) -> list[str]:
    """Place codes of 15 digits. Raises Refused unless each lies in one of the two registers, and none in another."""
    found = sorted({code.strip() for code in codes if code.strip()})
    if not found or len(found) > MOST_PLACES:
        raise Refused(_("Name between 1 and {most} places of registration.").format(most=MOST_PLACES), "places")
    for code in found:
        if not (code.isascii() and code.isdigit() and len(code) in LEVELS):
            raise Refused(_("A code has 6, 9 or 12 digits."), "places")
        if not (in_register(code) or directory.answers_for(peer, code)):
            raise Refused(_("{code} lies in neither of the two registers.").format(code=code), "places")
    short = [significant(code.ljust(PLACE, "0")) for code in found]
    if any(one != other and one.startswith(other) for one in short for other in short):
        raise Refused(_("One of these places lies in another of them: name the wider one alone."), "places")
    return [code.ljust(PLACE, "0") for code in found]


def check_rate(peer: Peer) -> None:
    """Raises Refused where the two registers have compared as often as may be."""
    since = timezone.now() - dt.timedelta(days=number("rate_days"))
    agreed = Comparison.objects.filter(peer=peer, agreed_at__gt=since).count()
    if agreed >= number("most_in_rate_days"):
        raise Refused(
            _(
                "These two registers have been compared {count} times in {days} days: that is as often as may be."
            ).format(count=agreed, days=number("rate_days"))
        )


def check_people(own: int, theirs: int) -> None:
    """Raises Refused where more people would be compared than may be."""
    most = number("most_people")
    if max(own, theirs) > most:
        raise Refused(
            _("That would be {count} people of one register; at most {most} are compared. Name smaller places.").format(
                count=max(own, theirs), most=most
            ),
            "places",
        )


def most_tokens(people: int) -> int:
    """How many tokens an end may send for so many people: what two people have at most, and the usual number of each."""
    return people * number("tokens_a_person") + 2 * MOST_TOKENS
