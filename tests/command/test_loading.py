"""What a web worker loads before it answers: its first request waits for no code, no template and no rule."""

import json

import pytest

from tests.command.running import Instance

pytestmark = pytest.mark.slow
FIRST_REQUEST = """
import json, sys
from domicile.site.wsgi import application
from django.db import connections
from django.template import engines
from django.test import Client
from django.urls import get_resolver
from domicile.site.loading import AT_USE

opened = [link.alias for link in connections.all(initialized_only=True) if link.connection is not None]
cached = engines["django"].engine.template_loaders[0].get_template_cache
loaded, templates = set(sys.modules), set(cached)
status = Client(HTTP_HOST="localhost").get("/accounts/sign-in/").status_code
print(json.dumps({
    "opened": opened,
    "resolved": "url_patterns" in vars(get_resolver()),
    "modules": sorted(name for name in set(sys.modules) - loaded if name.startswith("domicile")),
    "libraries": sorted(set(AT_USE) - loaded),
    "templates": sorted(name for name in set(cached) - templates if name.startswith("web/")),
    "status": status,
}))
"""


def test_the_first_request_loads_nothing_of_the_product(filled: Instance) -> None:
    said = json.loads(next(line for line in filled.query(FIRST_REQUEST).splitlines() if line.startswith("{")))
    assert said == {"opened": [], "resolved": True, "modules": [], "libraries": [], "templates": [], "status": 200}
