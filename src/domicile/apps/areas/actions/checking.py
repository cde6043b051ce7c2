"""What every write of an area or grid looks at first."""

import datetime as dt
import uuid

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas.models import Area, Grid
from domicile.apps.areas.policies import check_may_keep
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.core.codes.areas import LEVELS, AreaCode, AreaError, parse_area_code
from domicile.core.codes.lists import code_list

CODE_LENGTH = 12


def area_to_keep(actor: Viewer, area_id: uuid.UUID) -> Area:
    """The area, locked, when the actor may keep it. Raises OutOfReach else."""
    area = Area.objects.select_for_update().filter(pk=area_id).first()
    if area is None:
        raise OutOfReach
    check_may_keep(actor, area.code)
    return area


def grid_to_keep(actor: Viewer, grid_id: uuid.UUID) -> Grid:
    """The grid, locked, when the actor may keep it. Raises OutOfReach else."""
    grid = Grid.objects.select_for_update().filter(pk=grid_id).first()
    if grid is None:
        raise OutOfReach
    check_may_keep(actor, grid.code)
    return grid


def checked_code(actor: Viewer, text: str, day: dt.date, field: str = "code") -> AreaCode:
    """The code of an area to come: 12 digits, inside the actor's areas, its parent there, itself free on `day`."""
    typed = text.strip()
    if len(typed) != CODE_LENGTH or not (typed.isascii() and typed.isdigit()):
        raise Refused(_("An area code has exactly 12 digits, for example 770101001001. Fill up with zeros."), field)
    try:
        code = parse_area_code(typed)
    except AreaError:
        raise Refused(
            _("There can be no such code: digits 1–2 name a province, and digits 7–9 the township around a community."),
            field,
        ) from None
    check_may_keep(actor, code.code)
    check_parent(code, day, field)
    check_free(code.code, day, field)
    return code


def check_parent(code: AreaCode, day: dt.date, field: str) -> None:
    """Raise Refused where the area above did not exist on the day."""
    parent = code.parent
    if parent is None:
        return
    above = Area.objects.filter(code=parent.code, valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))
    if not above.exists():
        raise Refused(
            _("The area above, {code}, did not exist on this day. Create it first, or choose a later day.").format(
                code=parent.code
            ),
            field,
        )


def check_free(code: str, day: dt.date, field: str = "code") -> None:
    """Raise Refused where the code is borne on the day, or by something that begins later."""
    model = Area if len(code) == CODE_LENGTH else Grid
    bearer = model.objects.filter(code=code).filter(Q(valid_to=None) | Q(valid_to__gt=day)).first()
    if bearer is not None:
        raise Refused(
            _("{name} has this code already. Choose a free one, or end the other first.").format(name=bearer.name),
            field,
        )


def checked_name(text: str, field: str = "name") -> str:
    """A name without blanks at its ends."""
    name = text.strip()
    if not name:
        raise Refused(_("Give the official name."), field)
    return name


def checked_class(code: str) -> str:
    """A code of the urban–rural class, or ''. Broad classes (100, 110 …) are refused: an area has a precise one."""
    classes = code_list("urban_rural")
    if code and (code not in classes.codes or any(classes.parent(other) == code for other in classes.codes)):
        raise Refused(_("Choose a class from the list: 111, 112, 121, 122, 123, 210 or 220."), "urban_rural")
    return code


def level_of(code: AreaCode) -> int:
    """1 for a province … 5 for a village or community."""
    return LEVELS.index(code.level) + 1
