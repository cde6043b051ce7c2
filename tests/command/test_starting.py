"""A command starts quickly: it reads no large library before it needs one."""

import pytest

from tests.command.running import Instance

pytestmark = pytest.mark.slow
LIST = """
import sys
from domicile.cli.users import command
command.main(["list"], standalone_mode=False)
from domicile.site.loading import AT_USE
print(sorted({*AT_USE, "numpy", "pyarrow", "ninja", "pydantic", "typst", "PIL"} & set(sys.modules)))
"""


def test_a_command_reads_no_large_library_before_it_needs_one(filled: Instance) -> None:
    said = filled.python("-c", LIST).splitlines()
    assert "county_operator 770101" in said[0]
    assert said[-1] == "[]"
