"""Everything at once: three registers that are served, over lines that fail, while processes are killed and clocks go wrong."""

from pathlib import Path

import pytest

from tests.moves_between.chaos import Chaos

SEED = 20261122


@pytest.mark.usefixtures("django_db_setup")
def test_moves_over_lines_that_fail_with_servers_killed(tmp_path: Path) -> None:
    """A thousand moves; twenty thousand are run by `domicile bench chaos`."""
    chaos = Chaos(tmp_path, moves=1000, seed=SEED, kills=4, families=200)

    assert chaos.run() == [], f"seed {SEED}: {dict(chaos.done)}"
    befallen = ("server", "worker", "cut", "clock", "recode")
    assert all(chaos.done[f"{what} befallen"] for what in befallen), dict(chaos.done)
