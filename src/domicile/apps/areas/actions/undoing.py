"""Take back a new name, a new code, a merge or a split on the day on which it was recorded, while nothing was built on it."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas import registry
from domicile.apps.areas.actions.carrying import CARRIED
from domicile.apps.areas.models import Area, AreaChange, Grid
from domicile.apps.areas.policies import check_may_keep, may_keep
from domicile.apps.areas.recoding import AREA_LENGTH, WHICH, Returning, scope_of
from domicile.apps.audit import reversal
from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.core.codes.areas import NO_GRID

#: What can be taken back here, and how that stands in the log.
ACTIONS = tuple(f"areas.{name}_area" for name in ("rename", "recode", "merge", "split"))
UNDO = "areas.undo_area_change"
AREA, STEP = Area._meta.db_table, AreaChange._meta.db_table
BUILT_ON = _(
    "Something was changed here since: an area, a grid or its staff. Undo the later change first. Where that cannot be, "
    "record the opposite with a later day: a merge after a split, a split after a merge."
)


@dataclass(frozen=True)
class Done:
    """A change of areas as the log holds it."""

    change: Change
    entries: list[list[Any]]

    @property
    def codes(self) -> set[str]:
        """The areas that it names, by their codes before and after."""
        steps = [entry[3] for entry in self.entries if entry[0] == STEP and entry[2] == "create"]
        found = {step[side][1] for step in steps for side in ("from_code", "to_code")} | {str(self.change.place_code)}
        pairs = self.carried().get("pairs", {})
        return found | {code for code in (*pairs, *pairs.values()) if len(code) == AREA_LENGTH}

    def part(self, *operations: str) -> Change:
        """Its entries of some kinds, to be reversed apart from the others."""
        some = [entry for entry in self.entries if entry[1] and entry[2] in operations]
        return Change(values=orjson.dumps(some).decode())

    def carried(self) -> dict[str, Any]:
        """Which code became which: `pairs`, `follow` for rights, `shared` for codes that others bear, too."""
        held = [entry[3] for entry in self.entries if entry[2] == CARRIED]
        return {name: pair[1] for name, pair in held[0].items()} if held else {}

    def which(self) -> dict[tuple[str, str], dict[str, list[Any]]]:
        """The rows that came to a shared code, by table and column."""
        held = [(entry[0], entry[3]) for entry in self.entries if entry[2] == WHICH]
        return {(table, column): rows for table, fields in held for column, (_none, rows) in fields.items()}


def undoable(viewer: Viewer, area: Area, today: dt.date) -> list[Change]:
    """The changes of today of which the area is a part and which the viewer may try to take back, the latest first."""
    if not may_keep(viewer, area.code):
        return []
    steps = AreaChange.objects.filter(to_code=area.code).values_list("from_code", flat=True)
    back = AreaChange.objects.filter(from_code=area.code).values_list("to_code", flat=True)
    areas = Area.objects.filter(code__in={area.code, *steps, *back}).values_list("pk", flat=True)
    found = [read(change) for change in _of_day(list(areas), today)]
    return [
        done.change for done in found if area.code in done.codes and all(may_keep(viewer, code) for code in done.codes)
    ]


def read(change: Change) -> Done:
    """The change with its entries."""
    return Done(change, orjson.loads(change.values))


def _of_day(areas: Collection[uuid.UUID], today: dt.date) -> list[Change]:
    """Changes of some areas that were recorded on the day and not taken back, the latest first."""
    of_these = Change.objects.filter(subject_id__in=areas)
    begin = timezone.make_aware(dt.datetime.combine(today, dt.time()))
    rows = of_these.filter(action__in=ACTIONS, at__gte=begin, at__lt=begin + dt.timedelta(days=1)).order_by("-pk")
    undone = set(of_these.filter(action=UNDO, at__gte=begin).values_list("evidence", flat=True))
    return [row for row in rows if evidence(row) not in undone]


def evidence(change: Change) -> str:
    """How its undoing names a change."""
    return f"change {change.pk}"


@transaction.atomic
def undo_area_change(*, actor: Viewer, change_id: int, today: dt.date, reason: str = "") -> Area:
    """Put codes, grids and all that was carried back; gives the area as it was before.

    Raises Refused for a change of another day, for one that was taken back, and where something was built on it since.
    """
    done = _to_undo(actor, change_id, today)
    with recording(
        actor=actor, action=UNDO, subject_kind="area", subject_id=done.change.subject_id,
        place_code=done.change.place_code, reason=reason, evidence=evidence(done.change),
    ) as change:  # fmt: skip
        try:
            _put_back(done, change)
        except (reversal.ChangedSince, ProtectedError) as conflict:
            raise Refused(BUILT_ON) from conflict
    return Area.objects.get(pk=done.change.subject_id)


def to_undo(actor: Viewer, change_id: int) -> Change:
    """The change, where the actor keeps all areas that it names. Raises NotAllowed, also where there is none."""
    change = Change.objects.filter(pk=change_id, action__in=ACTIONS).first()
    if change is None:
        raise OutOfReach
    for code in read(change).codes:
        check_may_keep(actor, code)
    return change


def _to_undo(actor: Viewer, change_id: int, today: dt.date) -> Done:
    done = read(to_undo(actor, change_id))
    if timezone.localdate(done.change.at) != today:
        raise Refused(
            _(
                "This was recorded on another day, and others may have worked with it since. "
                "Record the opposite instead: a merge after a split, a split after a merge, the old name or code anew."
            )
        )
    areas = list(Area.objects.select_for_update().filter(code__in=done.codes).values_list("pk", flat=True))
    standing = _of_day(areas, today)
    if done.change.pk not in {row.pk for row in standing}:
        raise Refused(_("This was taken back already."))
    for row in standing:
        if row.pk > done.change.pk and read(row).codes & done.codes:
            raise Refused(_("Another change of these areas was recorded after it. Undo the later one first."))
    return done


def _put_back(done: Done, change: Recorder) -> None:
    carried = done.carried()
    if not carried:  # a new name
        reversal.reverse(done.part("create", "update"), change)
        return
    back = {new: old for old, new in carried["pairs"].items()} | _whole(done)
    rights = {new: old for old, new in carried["follow"].items()}
    _check_nothing_new(done, carried)
    reversal.reverse(done.part("update"), change)
    before = registry.tally({*back, *back.values()})
    registry.move(Returning(back, rights, change, shared=set(carried["shared"]), which=done.which()))
    reversal.reverse(done.part("create"), change)
    reversal.reverse(done.part("delete"), change)
    after = registry.tally({*back, *back.values()})
    if any(after[kind] < count for kind, count in before.items()):
        raise Refused(_("What is on file before and after does not agree, so nothing was changed. Please report this."))
    proof = {kind: [count, after[kind]] for kind, count in before.items()}
    change.values.append([AREA, "", "proof", proof])


def _whole(done: Done) -> dict[str, str]:
    """Of a split: what has come to the new area itself since goes to the one that it was split from."""
    if done.change.action != "areas.split_area":
        return {}
    old = str(done.change.place_code)
    made = next(entry[3]["code"][1] for entry in done.entries if entry[0] == AREA and entry[2] == "create")
    return {made: old, scope_of(made): scope_of(old), made + NO_GRID: old + NO_GRID}


def _check_nothing_new(done: Done, carried: Mapping[str, Any]) -> None:
    """Raise Refused where an area or grid was added under a code that will be gone."""
    gone = {code for code in carried["pairs"].values() if code not in carried["shared"]} | set(_whole(done))
    for model in (Area, Grid):
        made = {entry[1] for entry in done.entries if entry[0] == model._meta.db_table and entry[2] == "create"}
        for prefix in _outermost(gone):
            rows = model._default_manager.filter(prefix_q("code", prefix), valid_to=None)
            new = next((row for row in rows.defer("boundary") if row.pk.hex not in made), None)
            if new is not None:
                raise Refused(
                    _("{name} ({code}) was added there since. End it or move it first.").format(
                        name=new.name, code=new.code
                    )
                )


def _outermost(codes: Iterable[str]) -> list[str]:
    """The codes that lie in no other of them."""
    found: list[str] = []
    for code in sorted(codes):
        if not (found and code.startswith(found[-1])):
            found.append(code)
    return found
