"""Buildings and dwellings stand in lists in the order of their numbers, whoever wrote the address and whatever was undone."""

import importlib

import pytest
from django.db import connection
from django.db.migrations.state import ProjectState

from domicile.apps.audit.models import Change
from domicile.apps.collect.undoing import undo
from domicile.apps.places import actions, handlers, numbering
from domicile.apps.places.models import Building, Dwelling, Street
from domicile.core.addresses.order import sort_key
from tests import factories
from tests.cast import QIAN, SUN, make_user, qian_viewer, sun_viewer

pytestmark = pytest.mark.django_db
WHY = {"reason": "现场核实"}


@pytest.fixture(autouse=True)
def street():
    factories.area_tree()
    make_user(QIAN), make_user(SUN)
    for plate in ("11", "2", "1", "100"):
        house = factories.building(plate=plate, name="")
        for room in ("1101室", "201室"):
            factories.dwelling(within=house, unit="", room=room)
    numbering.give_out(Building.objects.all())


def plates():
    return list(Building.objects.order_by("place_code", "sort_key", "id").values_list("plate", flat=True))


def in_order():
    """Every key is that of its address, and what stands beside each other in the register stands so in lists."""
    for row in Building.objects.all():
        assert row.sort_key == sort_key(row.key)
    for row in Dwelling.objects.select_related("building"):
        assert row.sort_key == sort_key(row.building.key, row.key)
    return True


def test_lists_run_by_number():
    assert plates() == ["1", "2", "11", "100"]
    rooms = Dwelling.objects.order_by("sort_key").values_list("building__plate", "room")
    assert list(rooms)[:4] == [("1", "201室"), ("1", "1101室"), ("2", "201室"), ("2", "1101室")]
    assert in_order()


def take_back(viewer=None):
    undo(actor=viewer or qian_viewer(), change_id=Change.objects.latest("pk").pk, kinds=handlers.KINDS)


def test_a_corrected_building_goes_to_its_place_and_back():
    house = Building.objects.get(plate="11")
    arguments = actions.CorrectBuilding(house.pk, "人民路", "3")
    actions.correct_building(actor=qian_viewer(), arguments=arguments, **WHY)
    assert plates() == ["1", "2", "3", "100"]
    assert in_order()
    take_back()
    assert plates() == ["1", "2", "11", "100"]
    assert in_order()


def test_a_renamed_street_and_a_moved_dwelling_take_theirs_along():
    row = Street.objects.get()
    actions.rename_street(actor=sun_viewer(), arguments=actions.RenameStreet(row.pk, "安民路"), **WHY)
    assert in_order()
    take_back(sun_viewer())
    assert in_order()
    home = Dwelling.objects.filter(building__plate="100").first()
    arguments = actions.CorrectDwelling(home.pk, "人民路", "1", room="301")
    actions.correct_dwelling(actor=qian_viewer(), arguments=arguments, **WHY)
    assert in_order()
    take_back()
    assert in_order()
    made = actions.AddBuilding(factories.GRID, "人民路", "12")
    actions.add_building(actor=qian_viewer(), arguments=made, **WHY)
    assert plates() == ["1", "2", "11", "12", "100"]


def test_the_migration_fills_what_stood_there_before():
    Building.objects.update(sort_key=""), Dwelling.objects.update(sort_key="")
    migration = importlib.import_module("domicile.apps.places.migrations.0005_natural_order")
    with connection.schema_editor() if connection.vendor == "postgresql" else _Editor() as editor:
        migration.fill(ProjectState().apps, editor)
    assert in_order()


class _Editor:
    """SQLite makes no editor of the schema inside a transaction; the migration needs its connection alone."""

    connection = connection

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return None
