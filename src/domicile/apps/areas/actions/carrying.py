"""Carry areas and grids to new codes with all that is kept under them, and prove that nothing was lost on the way.

The number of statements is the same for a hamlet and for a township of fifty thousand people.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.models import Grant
from domicile.apps.accounts.models import User
from domicile.apps.areas import registry
from domicile.apps.areas.models import Area, AreaChange, Grid, GridBuilding, GridStaff
from domicile.apps.areas.recoding import Recoding, scope_of
from domicile.apps.audit.recording import Recorder, plain
from domicile.apps.collect.models import Proposal, ReviewRule
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.screens.models import SavedView
from domicile.core.codes.areas import NO_GRID

LAST_SERIAL = 999
#: The operation under which a change of areas keeps which code became which.
CARRIED = "carried"
NAME_LENGTH = Grid._meta.get_field("name").max_length or 0
#: Grids re-pointed by one statement; SQLite counts its parameters.
AT_ONCE = 400


@dataclass(frozen=True)
class Outcome:
    """What a change of areas brought, or would bring: for the preview, the message after it, and the proof.

    `areas` and `grids` are (name, old code, new code); a grid that is named after its area gets a new name: "A → B".
    `tally` is (what, before, after), equal by proof. `roles` is the number of roles of staff that follow, `left` those
    over the whole of an area that are not given on unasked.
    """

    area: Area
    areas: list[tuple[str, str, str]] = field(default_factory=list)
    grids: list[tuple[str, str, str]] = field(default_factory=list)
    tally: list[tuple[str, int, int]] = field(default_factory=list)
    roles: int = 0
    left: int = 0


@dataclass
class Carrying:
    """The areas and grids of one change that go to new codes on a day.

    `ended`: areas that end without a successor row, since they become part of another. `whole`: the area that is split
    or merged; roles over the whole of it are not given on unasked. Roles over what goes to a new code follow it.
    """

    on: dt.date
    change: Recorder
    areas: list[tuple[Area, str]] = field(default_factory=list)
    grids: list[tuple[Grid, str]] = field(default_factory=list)
    ended: list[tuple[Area, str]] = field(default_factory=list)
    whole: Area | None = None

    def run(self, result: Area | None = None) -> Outcome:
        """Do it. Raises Refused where a new code is taken, or something began only on the day or later."""
        self._check()
        successors = self._areas()
        named = self._grids(result)
        recoding = Recoding(self._codes(), self._rights(), self.change, shared=self._shared())
        before = registry.tally({*recoding.codes, *recoding.codes.values()})
        left = Grant.objects.filter(scope=scope_of(self.whole.code)).count() if self.whole is not None else 0
        registry.move(recoding)
        after = registry.tally(set(recoding.codes.values()))  # what stayed behind under an old code is missing here
        if before != after:
            raise Refused(
                _("What is on file before and after does not agree, so nothing was changed. Please report this.")
            )
        if before:
            self.change.values.append(
                ["areas_area", "", "proof", {kind: [count, after[kind]] for kind, count in before.items()}]
            )
        kept = {"pairs": recoding.codes, "follow": recoding.rights, "shared": sorted(recoding.shared)}
        self.change.values.append(["areas_area", "", CARRIED, {name: [None, value] for name, value in kept.items()}])
        return Outcome(
            area=result or successors[0],
            areas=[(row.name, row.code, code) for row, code in [*self.areas, *self.ended]],
            grids=[(name, row.code, code) for name, (row, code) in zip(named, self.grids, strict=True)],
            tally=[(kind, count, after[kind]) for kind, count in before.items()],
            roles=recoding.moved.get(Grant._meta.db_table, 0),
            left=left,
        )

    def _check(self) -> None:
        for row, _code in self.areas:
            if row.valid_from >= self.on:
                raise Refused(_begun_later(row.name, row.valid_from), "on")
        for grid, _code in self.grids:
            if grid.valid_from >= self.on:
                raise Refused(_begun_later(grid.name, grid.valid_from), "on")
        for model, rows in ((Area, self.areas), (Grid, self.grids)):
            new = [code for _row, code in rows]
            taken = model.objects.filter(code__in=new).filter(Q(valid_to=None) | Q(valid_to__gt=self.on)).first()
            if taken is not None:
                raise Refused(
                    _("{name} has this code already. Choose a free one, or end the other first.").format(
                        name=taken.name
                    ),
                    "code",
                )

    def _areas(self) -> list[Area]:
        self.change.update_many([row for row, _code in [*self.areas, *self.ended]], valid_to=self.on)
        made = [_successor(row, self.on, code=code) for row, code in self.areas]
        self.change.create_many(made)
        return made

    def _grids(self, result: Area | None) -> list[str]:
        """End the grids; they go on under new codes with their staff and their lists of buildings. Returns their names."""
        if not self.grids:
            return []
        self.change.update_many([grid for grid, _code in self.grids], valid_to=self.on)
        made = [_successor(grid, self.on, code=code, name=self._name(grid, code, result)) for grid, code in self.grids]
        self.change.create_many(made)
        successors = {grid.pk: row.pk for (grid, _code), row in zip(self.grids, made, strict=True)}
        for model in (GridStaff, GridBuilding):
            self._repoint(model, successors)
        return [
            grid.name if grid.name == row.name else f"{grid.name} → {row.name}"
            for (grid, _code), row in zip(self.grids, made, strict=True)
        ]

    def _name(self, grid: Grid, code: str, result: Area | None) -> str:
        """Its name, with the name of its new area in the place of that of the one which is split or merged.

        A grid that is named after its number has the new number: 柳溪社区第2网格 becomes 枫桥社区第5网格.
        """
        old = self.whole
        if old is None or result is None or grid.code[:12] != old.code or not grid.name.startswith(old.name):
            return grid.name
        rest = grid.name.removeprefix(old.name)
        if rest == f"第{int(grid.code[12:])}网格":
            rest = f"第{int(code[12:])}网格"
        name = f"{result.name}{rest}"
        return name if len(name) <= NAME_LENGTH else grid.name

    def _repoint(self, model: type[GridStaff] | type[GridBuilding], successors: Mapping[uuid.UUID, uuid.UUID]) -> None:
        table = model._meta.db_table
        for key, grid in model._default_manager.filter(grid__in=successors).values_list("pk", "grid_id"):
            self.change.values.append(
                [table, plain(key), "update", {"grid_id": [plain(grid), plain(successors[grid])]}]
            )
        pairs = list(successors.items())
        for start in range(0, len(pairs), AT_ONCE):
            some = dict(pairs[start : start + AT_ONCE])
            chosen = Case(*(When(grid=old, then=Value(new)) for old, new in some.items()))
            model._default_manager.filter(grid__in=some).update(grid=chosen)

    def _codes(self) -> dict[str, str]:
        codes = {grid.code: code for grid, code in self.grids}
        for row, code in [*self.areas, *self.ended]:
            codes[row.code] = code
            codes[scope_of(row.code)] = scope_of(code)
            codes[row.code + NO_GRID] = code + NO_GRID  # of a township, too: its office works there
        return codes

    def _shared(self) -> set[str]:
        """The new codes that the area into which another is merged bears already."""
        into = {code for _row, code in self.ended}
        return {form for code in into for form in (code, scope_of(code), code + NO_GRID)}

    def _rights(self) -> dict[str, str]:
        rights = {grid.code: code for grid, code in self.grids}
        for row, code in self.areas:
            rights[row.code] = code
            rights[scope_of(row.code)] = scope_of(code)
        return rights


def _begun_later(name: str, day: dt.date) -> str:
    return _(
        "{name} inside it exists only since {day}: choose a later day. If that was recorded by mistake today, "
        "take it back first, on the card of the area or on the map."
    ).format(name=name, day=day.isoformat())


def move_rights(recoding: Recoding) -> None:
    """What the apps beneath keep by area: roles, offices of accounts, rules of review, waiting proposals, shared views."""
    recoding.rewrite(Grant, "scope", rights=True)
    recoding.rewrite(User, "area_code", rights=True)
    recoding.rewrite(ReviewRule, "scope", rights=True)
    recoding.rewrite(SavedView, "scope", rights=True)
    recoding.rewrite(Proposal, "place_code", only="state IN ('waiting', 'returned')")  # those that may still be made


def succeed(area: Area, on: dt.date, change: Recorder, **different: str) -> Area:
    """End the area on the day; from that day it goes on as a new row, different in some columns."""
    change.update(area, valid_to=on)
    return change.create(_successor(area, on, **different))


def _successor(row, on, **different):  # type: ignore[no-untyped-def]
    names = [column.attname for column in row._meta.concrete_fields if not column.primary_key]
    kept = {name: getattr(row, name) for name in names}
    return type(row)(**{**kept, "id": new_id(), "valid_from": on, "valid_to": None, **different})


def note(kind: str, on: dt.date, pairs: Iterable[tuple[str, str]], change: Recorder) -> None:
    """Write down which code came from which, unless that stands already."""
    wanted = list(dict.fromkeys(pairs))
    known = set(AreaChange.objects.filter(kind=kind, on=on).values_list("from_code", "to_code"))
    change.create_many([AreaChange(kind=kind, on=on, from_code=a, to_code=b) for a, b in wanted if (a, b) not in known])


def grids_below(*codes: str) -> list[Grid]:
    """The open grids in some areas, by code."""
    within = Q(pk__in=[])
    for code in codes:
        within |= prefix_q("code", scope_of(code))
    return list(Grid.objects.filter(within, valid_to=None).order_by("code"))


def free_codes(stem: str, codes: Sequence[str], taken: Iterable[str]) -> list[str]:
    """A code `stem` + 3 digits for each: its own last digits where they are free there, else the first free ones."""
    used, found = set(taken), []
    for code in codes:
        serials = [code[-3:], *(f"{number:03d}" for number in range(1, LAST_SERIAL + 1))]
        free = next((stem + serial for serial in serials if stem + serial not in used), None)
        if free is None:
            raise Refused(_("There is no free number left there."), "into")
        used.add(free)
        found.append(free)
    return found
