"""Rename a street, with the old addresses kept; give codes to what has none."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.places import numbering
from domicile.apps.places.actions.addresses import Rewritten, note_update, rewrite
from domicile.apps.places.actions.buildings import readdressed
from domicile.apps.places.models import Building, Dwelling, Street
from domicile.apps.places.scope import street_in_scope
from domicile.apps.places.writing import Written, typed, typed_parts
from domicile.core.addresses.kinds import street_kind
from domicile.core.addresses.order import sort_key

COMMUNITY = 12
AT_ONCE = 300


@dataclass(frozen=True)
class RenameStreet:
    """The street bears another name from today; or it is the same as one of that name, and joins it."""

    street_id: uuid.UUID
    name: str
    keep_former: bool = True


@transaction.atomic
def rename_street(*, actor: Viewer, reason: str, evidence: str = "", arguments: RenameStreet) -> uuid.UUID:
    """Rename a street with all buildings and dwellings on it; returns the street that they lie on now.

    Its code stays. Where the communities have a street of the new name, the two become that one. Raises Refused where a
    number would then be given twice.
    """
    street, buildings = street_in_scope(actor, arguments.street_id, lock=True)
    written = typed(street=arguments.name)
    name = written.street
    if name == street.name:
        raise Refused(_("This is the name it has. Give the new one."), "name")
    old_keys = {building.pk: building.key for building in buildings}
    given = {building.pk: _typed_on(arguments.name, building) for building in buildings}
    _check_free(buildings, given)
    communities = {building.community_code for building in buildings}
    other = Street.objects.filter(name=name, buildings__community_code__in=communities).order_by("code").first()
    with recording(
        actor=actor, action="places.rename_street", subject_kind="street", subject_id=street.pk,
        place_code=buildings[0].place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        values: dict[str, object] = {"street": name}
        if other is None:
            change.update(street, name=name, kind=street_kind(name))
        else:
            values |= {"lies_on": other}
        for building in buildings:
            note_update(building, {**values, "key": given[building.pk].building_key}, change)
        if other is not None:
            _join_plates(buildings, change)
        for building in buildings:
            building.sort_key = sort_key(building.key)
        columns = ["street", "key", "sort_key", "lies_on", "number_plate"]
        Building.objects.bulk_update(buildings, columns, batch_size=AT_ONCE)
        _readdress(buildings, old_keys, given, change, keep_former=arguments.keep_former)
    return (other or street).pk


def _typed_on(name: str, building: Building) -> Written:
    """The address of a building on a street of this name; a compound beside the street stays."""
    parts = typed_parts(building)
    return typed(**{**parts, "street": name + parts["street"].removeprefix(building.street)})


def _check_free(buildings: list[Building], given: dict[uuid.UUID, Written]) -> None:
    wanted = {(building.community_code, given[building.pk].building_key) for building in buildings}
    taken = Building.objects.filter(key__in={key for _, key in wanted}).exclude(pk__in=given)
    for community, key in taken.values_list("community_code", "key"):
        if (community, key) in wanted:
            raise Refused(
                _("There is a building at {address} already. Correct one of the two first.").format(
                    address=key.replace("|", " ").strip()
                ),
                "name",
            )


def _join_plates(buildings: list[Building], change: Recorder) -> None:
    copies = [
        Building(pk=row.pk, community_code=row.community_code, plate=row.plate, lies_on_id=row.lies_on_id)
        for row in buildings
    ]
    numbering.hang_plates(copies)
    for building, copy in zip(buildings, copies, strict=True):
        note_update(building, {"number_plate_id": copy.number_plate_id}, change)


def _readdress(
    buildings: list[Building],
    old_keys: dict[uuid.UUID, str],
    given: dict[uuid.UUID, Written],
    change: Recorder,
    *,
    keep_former: bool,
) -> None:
    held = Dwelling.objects.select_for_update(of=("self",)).select_related("building")
    rows = held.filter(building__in=buildings).order_by("building_id", "key")
    places = {building.pk: building.place_code for building in buildings}
    found = list(rows)
    rewrite(
        [Rewritten(row, readdressed(row, given[row.building_id], places[row.building_id])) for row in found],
        change,
        keep_former=keep_former,
        until=timezone.localdate(),
        old_keys=[f"{old_keys[row.building_id]}|{row.key}" for row in found],
    )


@transaction.atomic
def give_out_codes(*, actor: Viewer, community: str, area_id: uuid.UUID, reason: str = "") -> int:
    """Give codes to all of a community that has none; returns to how many buildings. Raises NotAllowed."""
    if not actor.may("apply_change") or len(community) != COMMUNITY or not actor.covers(community):
        raise NotAllowed("give_out_codes")
    with recording(
        actor=actor, action="places.give_out_codes", subject_kind="area", subject_id=area_id, place_code=community,
        reason=reason,
    ) as change:  # fmt: skip
        count = numbering.give_out(Building.objects.filter(prefix_q("community_code", community)))
        if count:
            change.values.append([Building._meta.db_table, "", "codes", {"rows": [0, count]}])
    return count
