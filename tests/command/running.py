"""Runs the `domicile` command as an operator does: a process of its own, with a data folder of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
FILL = """
import django
django.setup()
from django.conf import settings
from django.db import connection
from tests import databases, factories
from tests.cast import SUN, make_user, sun_viewer
from domicile.apps.access.log import record_look
from domicile.apps.audit.recording import recording
from domicile.site.migration import migrate
from domicile.site.sealing import seal_all
import sys

if connection.vendor == "sqlite":
    databases.lay(settings.HOME)
migrate()

factories.area_tree()
make_user(SUN)
person = factories.person(name="李秀英")
for number in sys.argv[1:]:
    (factories.document if len(number) == 18 else factories.telephone)(of=person, number=number)
for name in ("李秀莹", "李秀瑛", "李秀英"):
    about = {"action": "people.correct_name", "subject_kind": "person", "subject_id": person.pk}
    with recording(actor=sun_viewer(), **about) as change:
        change.update(person, name=name)
    record_look(sun_viewer(), question="person", persons=[person.pk])
seal_all()
"""


@dataclass(frozen=True)
class Instance:
    """A data folder, and the databases of an address when it is not empty."""

    home: Path
    address: str = ""

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DOMICILE_")}
        return {
            **kept,
            "DOMICILE_HOME": str(self.home),
            "DOMICILE_DATABASE": self.address,
            "DJANGO_SETTINGS_MODULE": "domicile.site.settings",
            "PYTHONPATH": f"{TOP / 'src'}:{TOP}",
            "LANG": "C.UTF-8",
        }

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run `domicile …`; its output. The exit code must be `code`."""
        return self.python("-m", "domicile.cli", *arguments, code=code)

    def python(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, cwd=TOP, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def fill(self, *numbers: str) -> None:
        """A few rows with records of change and looks under a seal; the numbers are sealed in them."""
        self.python("-c", FILL, *numbers)

    def query(self, code: str) -> str:
        """Run a few lines with Django set up; what they print."""
        return self.python("-c", f"import django\ndjango.setup()\n{code}").strip()
