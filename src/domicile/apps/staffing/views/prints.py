"""What the chain prints: network, cards, letters, the staff summary form."""

import uuid

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from domicile.apps import printing
from domicile.apps.access.decorators import requires
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.screens import downloads
from domicile.apps.staffing import policies, prints, registry, selectors, summary
from domicile.apps.staffing.models import Holding, Post
from domicile.apps.staffing.words import told
from domicile.core.policy.parameters import parameter


@require_safe
@requires(policies.VIEW)
def summary_form(request: ViewerRequest, kind: str) -> HttpResponseBase:
    """The staff summary form of the viewer's areas as a file."""
    if kind not in summary.KINDS:
        raise Http404
    return downloads.WRITERS[kind](summary.file(request.viewer, timezone.localdate()))


@require_safe
@requires(policies.VIEW)
def network(request: ViewerRequest, community: str) -> HttpResponse:
    """The network of a community on A4 or A3."""
    paper = request.GET.get("paper", "a4")
    if paper not in prints.PAPERS:
        raise Http404
    data = prints.network_data(request.viewer, community, today=timezone.localdate(), paper=paper)
    return printing.respond(prints.NETWORK, data, name=data["frame"]["title"])


@require_safe
@requires(policies.MANAGE)
def cards(request: ViewerRequest, community: str) -> HttpResponse:
    """The duty cards of everybody in a post."""
    policies.check_manage(request.viewer, community)
    today = timezone.localdate()
    rows = [row for row, posts in selectors.roster(request.viewer, community, today) if posts]
    data = prints.cards_data(request.viewer, community, rows, today=today)
    return printing.respond(prints.CARDS, data, name=f"{data['frame']['title']}-{data['frame']['area']}")


@require_safe
@requires(policies.MANAGE)
def card(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The duty card of one worker."""
    row = selectors.worker(request.viewer, pk)
    policies.check_manage(request.viewer, row.place_code)
    data = prints.cards_data(request.viewer, row.place_code[:12], [row], today=timezone.localdate())
    return printing.respond(prints.CARDS, data, name=f"{data['frame']['title']}-{row.name}")


@require_safe
@requires(policies.MANAGE)
def badge(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The badges of one worker."""
    row = selectors.worker(request.viewer, pk)
    policies.check_manage(request.viewer, row.place_code)
    data = prints.badges_data(request.viewer, row, today=timezone.localdate())
    return printing.respond(prints.CARDS, data, name=f"{data['frame']['title']}-{row.name}")


@require_safe
@requires(policies.MANAGE)
def letter(request: ViewerRequest, pk: uuid.UUID, kind: str) -> HttpResponse:
    """A duty letter for the holder of a coordinator's post, or one that an informant takes to a unit or landlord."""
    if kind not in prints.KINDS:
        raise Http404
    post, today = selectors.post(request.viewer, pk), timezone.localdate()
    policies.check_manage(request.viewer, post.place_code)
    held = selectors.holder_now([post.place_code], post.role, today, post=post)
    return _letter(request, kind, post.place_code, held)


@require_safe
@requires("view_dwelling")
def filled_letter(request: ViewerRequest, kind: str, pk: uuid.UUID) -> HttpResponse:
    """The duty letter of a unit or landlord on file, with the informant of its grid. That it was looked at is recorded."""
    party = registry.party(request.viewer, kind, pk) if kind in prints.KINDS else None
    if party is None:
        raise Http404
    policies.check_manage(request.viewer, party.place_code)
    held = selectors.holder_now([party.place_code], Post.Role.INFORMANT, timezone.localdate())
    return _letter(request, kind, party.place_code, held, party)


def _letter(
    request: ViewerRequest, kind: str, place_code: str, held: Holding | None, party: registry.Party | None = None
) -> HttpResponse:
    today = timezone.localdate()
    data = prints.letter_data(request.viewer, kind, place_code, held, today=today, party=party)
    who = party.name if party else held.worker.name if held else _("blank")
    return printing.respond(prints.LETTER, data, name=f"{told(parameter('staffing.letters', today)[kind])}-{who}")
