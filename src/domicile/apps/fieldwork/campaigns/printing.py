"""A sheet on paper: the doors of a walk with who is on file, and room to fill in by hand. In Chinese whatever the page is in."""

from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from domicile.apps import printing
from domicile.apps.access.log import record_look
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.campaigns import selectors, sheets, words
from domicile.apps.fieldwork.campaigns.models import Campaign
from domicile.apps.places.writing import building_address, dwelling_place
from domicile.core.policy.parameters import parameter

TEMPLATE = Path(__file__).resolve().parent / "printed" / "sheet.typ"
#: Empty lines for people who are found and not on file.
BLANK_LINES = 2


def sheet_data(viewer: Viewer, campaign: Campaign, key: str, part: int = 0) -> dict[str, Any]:
    """The sheet of one worker or grid, in the order of the walk, after the look is recorded. Doors with an outcome are left out.

    Eight queries, however many doors.
    """
    doors = [row for row in sheets.doors_of(viewer, campaign, key, part) if row.status in selectors.WITHOUT]
    printing.check_rows(len(doors))
    people = selectors.residents(doors)
    record_look(
        viewer, question="campaign_sheet", persons=[one.person_id for there in people.values() for one in there]
    )
    today = timezone.localdate()
    hours = parameter("tasks.parts_of_day", today).values()
    stops: list[dict[str, Any]] = []
    for door in doors:
        building = door.dwelling.building
        label = building_address(building)
        if not stops or stops[-1]["label"] != label:
            stops.append({"label": label, "doors": []})
        stops[-1]["doors"].append(
            {
                "number": door.number,
                "door": dwelling_place(door.dwelling) or label,
                "tries": door.task.tries if door.task else 0,
                "people": [
                    [one.name, one.relation, one.sex, one.birth_year] for one in people[door.pk]
                ],
            }
        )  # fmt: skip
    notes = _("Reference moment: {moment} 0:00. Work: {first} to {last}, from {begin}:00 to {end}:00 only.").format(
        moment=campaign.reference_on, first=campaign.starts_on, last=campaign.ends_on,
        begin=min(begin for begin, _end in hours), end=max(end for _begin, end in hours),
    )  # fmt: skip
    return {
        "frame": printing.frame(
            viewer, title=campaign.name, area=f"{selectors.area_name(campaign.scope)} · {sheets.sheet_name(key)}",
            day=today, notes=notes,
        ),
        "stops": stops,
        "blank": BLANK_LINES,
        "boxes": [str(words.OUTCOMES[one]) for one in ("not_at_home", "refused", "vacant", "demolished", "wrong_address")],
        "words": {
            "heads": [
                _("Full name"), _("Relation"), _("Sex"), _("Birth year"), _("Lives here"), _("Left on"),
                _("Remarks of the place"),
            ],
            "visited": _("Visited on"),
            "tried": _("tries so far"),
            "all": _("Everybody on file lives here"),
            "new": _("not on file"),
            "none": _("All doors of this sheet have their outcome."),
            "rule": _(
                "Whoever is met tells of their own will. Nothing follows from a refusal or from not being at home. "
                "Write no identity numbers on this sheet. Give it back to the community and keep no copy."
            ),
        },
        "signatures": [_("Grid worker"), _("Entered by"), _("Date")],
    }  # fmt: skip


def printed(viewer: Viewer, campaign: Campaign, key: str, part: int = 0) -> HttpResponse:
    """The sheet as PDF."""
    with translation.override("zh-hans"):
        data = sheet_data(viewer, campaign, key, part)
        return printing.respond(TEMPLATE, data, name=f"{campaign.name}-{sheets.sheet_name(key)}")
