"""What stands in an enumeration area follows when buildings come to another one."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas import registry
from domicile.apps.audit.recording import Recorder, plain
from domicile.apps.census.frame.models import Building, Stairwell
from domicile.apps.common.refusals import Refused

#: How what lies where its building lies is tied to it, the nearest tie first.
TIES = {"building": "building", "dwelling": "dwelling__building", "household": "household__dwelling__building"}


def standing(codes: Collection[str]) -> list[registry.Standing]:
    """The buildings of the frame under some place codes."""
    rows = Building.objects.filter(place_code__in=list(codes)).order_by("place_code", "number")
    return [
        registry.Standing(row.pk, row.place_code, row.address, row.longitude, row.latitude, row.dwellings)
        for row in rows
    ]


def follow(moved: Sequence[registry.Moved], change: Recorder) -> None:
    """Buildings and stairwells that come to other enumeration areas, with all that hangs on the buildings.

    What was listed, answered and handed in stays with its building, so that a plan may change between listing and enumeration;
    the envelope in which an answer is sealed stays the same. Each building and stairwell is on record. Some statements for each
    pair of codes. Raises Refused where one stands under another code by now.
    """
    groups: dict[tuple[str, str], list[uuid.UUID]] = defaultdict(list)
    for row in moved:
        groups[row.old, row.new].append(row.id)
    for (old, new), ids in groups.items():
        found = 0
        for model in (Building, Stairwell):
            keys = list(model._default_manager.filter(pk__in=ids, place_code=old).values_list("pk", flat=True))
            found += len(keys)
            _rewrite(model, {"pk__in": keys}, new)
            change.values += [[model._meta.db_table, plain(key), "update", {"place_code": [old, new]}] for key in keys]
            if model is Building:
                for of, path in _hanging():
                    _rewrite(of, {f"{path}__in": keys}, new)
        if found < len(ids):
            raise Refused(_("A building went to another area meanwhile. Look again at what follows."))


def _hanging() -> list[tuple[type[Model], str]]:
    """Every model of the census with a place code that is tied to a building; a stairwell may lie elsewhere."""
    found = []
    for model in apps.get_app_config("census").get_models():
        names = {field.name for field in model._meta.concrete_fields}
        tie = next((path for name, path in TIES.items() if name in names), "")
        if "place_code" in names and tie and model is not Stairwell:
            found.append((model, tie))
    return found


def _rewrite(model: type[Model], which: dict[str, list[uuid.UUID]], code: str) -> None:
    if any(which.values()):
        keys = model._default_manager.filter(**which).values("pk")
        model._default_manager.filter(pk__in=keys).update(place_code=code)
