"""Counties made once for all tests of the synthetic county."""

from __future__ import annotations

from datetime import date

import pytest

from domicile.core.synth import County, make_county

TODAY = date(2026, 11, 1)


@pytest.fixture(scope="session")
def today() -> date:
    return TODAY


@pytest.fixture(scope="session")
def county() -> County:
    return make_county(20_000, 11, TODAY)


@pytest.fixture(scope="session")
def small() -> County:
    return make_county(600, 5, TODAY)
