"""The chain of a community as a tree, what is lacking in it, its workers, and undo."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.staffing import coverage, months, policies, registry, selectors
from domicile.apps.staffing.actions.undo import undo as undo_change
from domicile.apps.staffing.chain import Chain, chain_of
from domicile.apps.staffing.models import Post
from domicile.apps.staffing.words import ROLES, SITES

#: A chain of so many posts is shown whole; a longer one is folded below each coordinator and informant.
MOST_OPEN = 20


@require_safe
@requires(policies.VIEW)
def communities(request: ViewerRequest) -> HttpResponse:
    """The viewer's communities with their posts; whoever has only one goes straight to its chain."""
    lines = selectors.lines(request.viewer, timezone.localdate())
    if len(lines) == 1:
        return redirect("staffing:chain", lines[0].code)
    shown = [
        {
            "line": line,
            "roles": [(label, line.held.get(role, 0), line.posts.get(role, 0)) for role, label in ROLES.items()],
        }
        for line in lines
    ]
    return render(request, "staffing/communities.html", {"lines": shown, "roles": ROLES.values()})


@require_safe
@requires(policies.VIEW)
def chain(request: ViewerRequest, community: str) -> HttpResponse:
    """The chain as a tree."""
    today = timezone.localdate()
    found = chain_of(request.viewer, community, today)
    context = {
        **shell(request, found.code, found.name, "chain"),
        "chain": found,
        "roots": [seat for seat in found.roots if seat.below or seat.post.role == Post.Role.LEAD],
        "loose": [seat for seat in found.roots if not seat.below and seat.post.role != Post.Role.LEAD],
        "open": len(found.seats) <= MOST_OPEN,
        "figures": figures(found),
        "gap_count": len(coverage.gaps(found)),
        "sites": [(row, SITES[row.kind]) for row in selectors.sites(community, today)],
    }
    return render(request, "staffing/chain.html", context)


def figures(found: Chain) -> list[dict[str, Any]]:
    """How many posts of each role there are, and how many are held."""
    return [
        {"label": label, "held": sum(not seat.vacant for seat in seats), "posts": len(seats)}
        for role, label in ROLES.items()
        if (seats := found.of(role)) or role != Post.Role.CLERK
    ]


def shell(request: ViewerRequest, code: str, name: str, active: str) -> dict[str, Any]:
    """What every page of a community has: its name, the tabs, and whether this viewer keeps the chain."""
    tabs = [
        ("chain", _("Chain")), ("gaps", _("Gaps and loads")), ("workers", _("Workers")), ("meetings", _("Meetings")),
        ("courses", _("Training")),
    ]  # fmt: skip
    tabs += [("assessment", _("Assessment"))] if months.may(request.viewer, months.ASSESS, code) else []
    tabs += [("pay", _("Honoraria"))] if months.may(request.viewer, months.PAY, code) else []
    return {
        "code": code,
        "community": name,
        "tabs": [(reverse(f"staffing:{key}", args=[code]), label, key == active) for key, label in tabs],
        "may_manage": policies.may_manage(request.viewer, code),
        "several": len(request.viewer.scopes) > 1
        or any(len(scope) < selectors.COMMUNITY for scope in request.viewer.scopes),
    }


@require_safe
@requires(policies.VIEW)
def gaps(request: ViewerRequest, community: str) -> HttpResponse:
    """What is lacking and who has too much or too little; each line leads to its cure."""
    today = timezone.localdate()
    found = chain_of(request.viewer, community, today)
    listed = coverage.gaps(found)
    least, most = coverage.bounds(today)
    context = {
        **shell(request, found.code, found.name, "gaps"),
        "groups": [(coverage.KINDS[kind], list(rows)) for kind, rows in groupby(listed, key=lambda gap: gap.kind)],
        "least": least,
        "most": most,
    }
    return render(request, "staffing/gaps.html", context)


@require_safe
@requires(policies.VIEW)
def workers(request: ViewerRequest, community: str) -> HttpResponse:
    """Everybody of the chain, those at work first."""
    today = timezone.localdate()
    rows = selectors.roster(request.viewer, community, today)
    context = {
        **shell(request, community, registry.names([community])[community], "workers"),
        "rows": [
            {"worker": row, "posts": [(post, ROLES[post.role]) for post in posts], "here": row.at_work(today)}
            for row, posts in rows
        ],
    }
    return render(request, "staffing/workers.html", context)


@require_POST
@requires(policies.MANAGE)
def undo(request: ViewerRequest, pk: int) -> HttpResponse:
    """Undo a change of the chain, then go back to where it was asked."""
    try:
        undo_change(actor=request.viewer, change_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Undone: everything is as it was before."))
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return redirect(asked if safe else "staffing:communities")
