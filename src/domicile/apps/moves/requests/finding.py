"""Who may be meant by a request, inside the area that is asked."""

from dataclasses import replace

from django.db.models import Q

from domicile.apps.access.scopes import restrict
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.requests.models import OutsideRequest
from domicile.apps.moves.requests.telling import scope_of
from domicile.apps.moves.selectors.candidates import blinds_of
from domicile.apps.people.identity.reading import standing_q
from domicile.apps.people.models import Document, Person, Visibility
from domicile.apps.vault.sealing import open_value
from domicile.core.linkage.names import query_sounds

#: More than so many of one name and birth date are nobody named.
MOST = 10


def by_rule(request: OutsideRequest) -> Person | None:
    """The one person of the area asked whose document number and name both fit; None for none or several."""
    number = open_value(request, "number")
    if not number:
        return None
    holders = Document.objects.filter(blind__in=blinds_of(number)).values("person_id")
    found = _there(request).filter(standing_q(holders, "pk"), sound__in=query_sounds(open_value(request, "name")))[:2]
    return found[0] if len(found) == 1 else None


def candidates(viewer: Viewer, request: OutsideRequest) -> list[Person]:
    """Who may be meant: by number, or by the sound of the name and the birth date, in the viewer's part of the area asked."""
    number = open_value(request, "number")
    fits = Q(pk__in=[])
    if number:
        fits |= standing_q(Document.objects.filter(blind__in=blinds_of(number)).values("person_id"), "pk")
    if request.birth_date is not None:
        fits |= Q(birth_date=request.birth_date, sound__in=query_sounds(open_value(request, "name")))
    own = restrict(Visibility.objects.all(), viewer, "code").values("person_id")
    return list(_there(request).filter(fits, pk__in=own)[:MOST])


def _there(request: OutsideRequest):  # type: ignore[no-untyped-def]
    """Those who live or are registered in the area asked."""
    area = replace(_NOBODY, scopes=(scope_of(request.to_code),))
    seen = restrict(Visibility.objects.filter(why__in=["lives", "registered"]), area, "code").values("person_id")
    return Person.objects.filter(pk__in=seen, died_on__isnull=True).order_by("name", "pk")


_NOBODY = Viewer(None, "", "")
