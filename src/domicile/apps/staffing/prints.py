"""The network, duty letters and cards as data for their pages. They name staff in their duty, no resident: no look is
recorded."""

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from domicile.apps import printing
from domicile.apps.common.viewer import Viewer
from domicile.apps.printing.qr import qr_svg
from domicile.apps.staffing import badges, coverage, registry, selectors
from domicile.apps.staffing.chain import Chain, Seat, chain_of, holdings_under
from domicile.apps.staffing.models import Holding, Post, Worker
from domicile.apps.staffing.words import ROLES, SITES, told
from domicile.core.policy.parameters import parameter

PRINTED = Path(__file__).resolve().parent / "printed"
NETWORK, CARDS, LETTER = PRINTED / "network.typ", PRINTED / "cards.typ", PRINTED / "letter.typ"
PAPERS = ("a4", "a3")
#: Cards in one document; more take a browser minutes to show.
MOST_CARDS = 400
KINDS = ("coordinator", "unit", "landlord")
Role = Post.Role


def network_data(viewer: Viewer, community: str, *, today: dt.date, paper: str) -> dict[str, Any]:
    """The responsibility network of a community inside the viewer's areas. Raises NotAllowed."""
    chain = chain_of(viewer, community, today)
    printing.check_rows(len(chain.seats))
    sites: dict[str, list[Any]] = {kind: [] for kind in SITES}
    for row in selectors.sites(community, today):
        note = [row.address] if row.address else []
        sites[row.kind].append(_card("site", str(SITES[row.kind]), row.name, note))
    seats = [seat for seat in chain.seats.values() if seat.post.role in {Role.LEAD, Role.CLERK}]
    levels = [*sites.values(), [_seat(seat) for seat in seats]]
    groups = [_group(seat) for seat in chain.of(Role.COORDINATOR)]
    loose = _loose(chain)
    frame = printing.frame(
        viewer, title=_("{area}: responsibility network").format(area=chain.name), area=chain.name, day=today,
        watermark=False,
    )  # fmt: skip
    return {
        "frame": frame,
        "paper": paper,
        "levels": [row for row in levels if row],
        "groups": groups + [group for group in loose if group["kind"] == "coordinator"],
        "loose": [group for group in loose if group["kind"] != "coordinator"],
        "lacking": [gap.what for gap in coverage.gaps(chain) if gap.kind == "grid"],
        "words": {
            "vacant": _("nobody holds it"),
            "nobody": _("nobody yet"),
            "lacking": _("Grids without an informant"),
            "buildings": _("Who answers for which building"),
            "legend": _("A dashed border: nobody holds the post. In each group: the grids and who answers for them."),
        },
    }


def _card(kind: str, title: str, name: str, notes: Sequence[str] = (), *, vacant: bool = False) -> dict[str, Any]:
    return {"kind": kind, "title": title, "name": name, "notes": list(notes), "vacant": vacant, "below": []}


def _seat(seat: Seat) -> dict[str, Any]:
    """A post as a box: informants by their grid, building heads by their buildings."""
    role, notes = seat.post.role, []
    if role == Role.HEAD:
        notes = ["、".join(part.text for part in seat.parts)] if seat.parts else []
        notes.append(ngettext("{count} household", "{count} households", seat.households).format(count=seat.households))
    title = f"{seat.role} {seat.post.name}" if role != Role.INFORMANT else seat.grid or seat.post.name
    if role == Role.HEAD:
        title = seat.post.name
    return _card(role, title, seat.holders, notes, vacant=seat.vacant)


def _group(seat: Seat) -> dict[str, Any]:
    """A coordinator with the informants below, each with the building heads below it."""
    found = _seat(seat)
    for one in seat.below:
        line = _seat(one)
        line["below"] = [_seat(head) for head in one.walk() if head.post.role == Role.HEAD and head is not one]
        found["below"].append(line)
    return found


def _loose(chain: Chain) -> list[dict[str, Any]]:
    """Informants and building heads that answer to no coordinator, as groups of their own."""
    informants = [
        seat for seat in chain.of(Role.INFORMANT) if seat.above is None or seat.above.post.role != Role.COORDINATOR
    ]
    found = []
    if informants:
        group = _card("coordinator", _("Without a group"), "", vacant=not chain.of(Role.COORDINATOR))
        group["below"] = [_group(seat) for seat in informants]
        found.append(group)
    heads = [seat for seat in chain.of(Role.HEAD) if seat.above is None]
    if heads:
        line = _card("informant", _("Answer to nobody yet"), "", vacant=True)
        line["below"] = [_seat(seat) for seat in heads]
        group = _card("head", _("Answer to nobody yet"), "")
        group["below"] = [line]
        found.append(group)
    return found


def cards_data(viewer: Viewer, community: str, workers: Iterable[Worker], *, today: dt.date) -> dict[str, Any]:
    """Duty cards of workers of one community who hold a post today, eight a page. Raises NotPrinted without any."""
    held: dict[Any, list[Holding]] = {}
    for holding in holdings_under(community, today).select_related("post"):
        held.setdefault(holding.worker_id, []).append(holding)
    area = registry.names([community])[community]
    grids = {grid.code: grid.name for grid in registry.grids(community)}
    rows = [row for row in workers if row.pk in held and row.at_work(today)]
    if not rows:
        raise printing.NotPrinted(_("Nobody here holds a post."), _("Give a post first, then print the card."))
    return _cards(viewer, area, [_duty(row, held[row.pk], area, grids) for row in rows], _("Duty cards"), today)


def _cards(viewer: Viewer, area: str, cards: list[dict[str, Any]], title: str, today: dt.date) -> dict[str, Any]:
    if len(cards) > MOST_CARDS:
        raise printing.NotPrinted(
            _("{count} cards are too many for one document; {most} are the most.").format(
                count=len(cards), most=MOST_CARDS
            ),
            _("Print them from the page of each worker."),
        )
    notes = _("The QR code holds the worker number and the area, and nothing else.")
    frame = printing.frame(viewer, title=title, area=area, day=today, watermark=False, notes=notes)
    return {"frame": frame, "cards": cards}


def _duty(row: Worker, held: Sequence[Holding], area: str, grids: dict[str, str]) -> dict[str, Any]:
    posts = []
    for one in held[:3]:
        parts = (str(ROLES[one.post.role]), grids.get(one.post.place_code, ""), one.post.name)
        posts.append(" ".join(dict.fromkeys(part for part in parts if part)))
    foot = _("Shown at each visit without being asked. Nobody has to open the door; questions to the community office.")
    return _face(_("Duty card · {area}").format(area=area), row, area, posts, foot)


def _face(head: str, row: Worker, area: str, lines: Sequence[str], foot: str) -> dict[str, Any]:
    text = qr_text(row, area)
    return {
        "head": head, "name": row.name, "lines": list(lines), "number": row.number, "svg": qr_svg(text),
        "says": text.replace("\n", " "), "foot": foot,
    }  # fmt: skip


def qr_text(row: Worker, area: str) -> str:
    """What the QR code of a card holds: the worker number and the area, nothing else."""
    return f"{row.number}\n{area}"


def badges_data(viewer: Viewer, row: Worker, *, today: dt.date) -> dict[str, Any]:
    """The valid badges of a worker as cards. Raises NotPrinted without any."""
    community = row.place_code[:12]
    area = registry.names([community])[community]
    valid = [line for line in badges.lines(row, today) if line.valid]
    if not valid:
        raise printing.NotPrinted(_("There is no valid badge."), _("A badge follows a course and its test."))
    cards = [
        _face(
            _("Badge · {subject}").format(subject=line.label), row, area,
            [line.may, _("valid until {day}").format(day=line.last_day.isoformat())], area,
        )
        for line in valid
    ]  # fmt: skip
    return _cards(viewer, area, cards, _("Badges"), today)


def letter_data(
    viewer: Viewer,
    kind: str,
    place_code: str,
    holding: Holding | None,
    *,
    today: dt.date,
    party: registry.Party | None = None,
) -> dict[str, Any]:
    """A duty letter of a kind. A coordinator's names the holder; a unit's or landlord's names the party, or leaves room."""
    entry = parameter("staffing.letters", today)[kind]
    community = place_code[:12]
    names = registry.names([community, place_code])
    worker = holding.worker if holding is not None else None
    name, number = (worker.name, worker.number) if worker else ("", "")
    if kind == "coordinator":
        role = f"{ROLES[holding.post.role]} {holding.post.name}" if holding else ""
        since = holding.start.isoformat() if holding else ""
        facts: list[list[Any]] = [
            [_("Real name"), name],
            [_("Worker number"), number],
            [_("Post"), role],
            [_("From"), since],
        ]
    else:
        grid = "" if place_code.endswith("000") else names[place_code]
        called = _("Name of the unit") if kind == "unit" else _("Name of the landlord")
        facts = [
            [called, party.name if party else ""], [_("Telephone"), ""], [_("Address"), party.address if party else "", 2],
            [_("Grid"), grid], [_("Informant"), f"{name} {number}".strip()],
        ]  # fmt: skip
    area = names[community]
    return {
        "frame": printing.frame(viewer, title=told(entry), area=area, day=today, watermark=False),
        "facts": facts,
        "intro": _(
            "So that everybody who lives here is served alike and can be found by the services they ask for, we agree:"
        ),
        "points": list(entry["points_zh" if told({"zh": "zh", "en": "en"}) == "zh" else "points_en"]),
        "ending": _("This letter is made out twice; each side keeps one. It names duties and no punishment."),
        "signers": [{"who": told(entry, "party")}, {"who": _("For {area}").format(area=area)}],
        "words": {"signature": _("Signature"), "date": _("Date")},
    }
