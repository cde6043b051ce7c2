"""The wall, from the register (P-4): nothing of the census is installed, configured or reachable here.

The other side is tests/census/test_wall.py, run in the site of the census.
"""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.urls import Resolver404, resolve


def test_the_census_is_not_installed() -> None:
    assert not apps.is_installed("domicile.apps.census")
    assert "census" not in settings.DOMICILE_APPS


def test_no_database_of_the_census_is_configured() -> None:
    assert not [name for name in connections if "census" in f"{name} {connections[name].settings_dict['NAME']}"]


@pytest.mark.django_db(databases=["default", "log"])
def test_no_table_of_the_census_is_made() -> None:
    tables = {name for alias in connections for name in connections[alias].introspection.table_names()}
    assert not [name for name in tables if name.startswith("census_")]


def test_no_address_of_the_census_is_served() -> None:
    with pytest.raises(Resolver404):
        resolve("/census/")
