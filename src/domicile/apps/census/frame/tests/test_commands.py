"""The commands of the frame: a file comes in and communities are divided, from the machine itself."""

import pytest
from click.testing import CliRunner

from domicile.apps.areas.models import Area, Grid
from domicile.apps.census.frame.models import Building
from domicile.apps.census.frame.tests import making
from domicile.apps.census.tests.making import make_census
from domicile.cli import census_divide, census_frame
from tests.cast import COMMUNITY

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def ran(command, *arguments):
    return CliRunner().invoke(command, [str(one) for one in arguments], standalone_mode=False)


def test_a_county_comes_in_with_the_areas_above_it_and_is_divided(tmp_path):
    make_census()
    file = tmp_path / "frame.xlsx"
    file.write_bytes(making.book_of({"areas": making.AREAS.items(), "buildings": making.houses()}))
    told = ran(census_frame.command, file, "--census", "c2030")
    assert told.return_value == 0
    assert "buildings: 30 new" in told.output
    assert "areas: 6 new" in told.output
    assert Area.objects.filter(valid_to=None).count() == 6
    divided = ran(census_divide.command, "--census", "c2030", "--adopt")
    assert divided.return_value == 0
    assert f"{COMMUNITY}: 3 areas of" in divided.output
    assert Grid.objects.count() == 3
    assert not Building.objects.filter(place_code__endswith="000").exists()


def test_a_file_with_errors_is_told_and_leaves_nothing(tmp_path):
    make_census()
    file = tmp_path / "frame.csv"
    file.write_bytes(making.csv_of(making.houses(2, 1)))
    told = ran(census_frame.command, file, "--census", "c2030")
    assert told.return_value == 1
    assert COMMUNITY in told.output
    assert not Building.objects.exists()
