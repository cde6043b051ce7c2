"""The notice that is left at a door: that somebody came, and when they come again. In Chinese, and it names nobody."""

from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from domicile.apps import printing
from domicile.apps.common.viewer import Viewer
from domicile.apps.tasks import policies, registry, words
from domicile.apps.tasks.models import Task

TEMPLATE = Path(__file__).resolve().parent / "printed" / "notice.typ"


def notice_data(viewer: Viewer, task: Task) -> dict[str, Any]:
    """What stands on the notice: no name, neither of who lives there nor of who came, and no reason for the visit.

    It hangs at a door for everybody to read. Days and hours are those of the task's next try.
    """
    stop = registry.stops(viewer, [task.stop_id]).get(task.stop_id) if task.stop_id else None
    came = task.attempts.order_by("-on", "-id").first()
    on = came.on if came else timezone.localdate()
    again = ""
    if task.next_try_on is not None:
        hours = policies.hours_of(task.next_try_part, task.next_try_on)
        again = f"{_day(task.next_try_on)} {words.part(task.next_try_part)} {hours}"
    frame = printing.frame(
        viewer, title=_("We came to see you"), area=stop.label if stop else "", day=on, watermark=False
    )
    frame["mark"] = _("This notice names nobody. Nothing follows from not having been at home.")
    return {
        "frame": frame,
        "lines": [
            _("Dear resident: we came on {day} to check the register of dwellings, and nobody was at home.").format(
                day=_day(on)
            ),
            *([_("We come again: {time}.").format(time=again)] if again else []),
            _(
                "If another time suits you better, or to tell us without a visit, call the community or come to its office."
            ),
            _("Whoever comes shows a duty card. Nobody takes money, and you may refuse the visit."),
        ],
        "blanks": [_("Office"), _("Phone"), _("Office hours")],
    }


def printed(viewer: Viewer, task: Task) -> HttpResponse:
    """The notice as PDF, in Chinese whatever language the page has."""
    with translation.override("zh-hans"):
        return printing.respond(TEMPLATE, notice_data(viewer, task), name=_("We came to see you"))


def _day(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
