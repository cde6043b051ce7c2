"""Django settings of the register. An operator sets environment variables only: docs/operate/settings.md lists them."""

import os

from domicile.site.base import *  # noqa: F403 (all of them are settings of this site, too)
from domicile.site.base import CONTRIBUTED_APPS
from domicile.site.databases import REGISTER, databases
from domicile.site.demo_clock import VARIABLE, set_ahead
from domicile.site.secrets import ensure_key, home, key_folder

HOME = home()
KEYS = key_folder()
if AHEAD := os.environ.get(VARIABLE):
    set_ahead(HOME, AHEAD)
SECRET_KEY = ensure_key(KEYS / "django-secret", 48).hex()
ROLES = "roles"
DATABASE_NAMES = REGISTER
DATABASES = databases(os.environ.get("DOMICILE_DATABASE", ""), HOME, DATABASE_NAMES)
ROOT_URLCONF = "domicile.site.urls"
STATIC_ROOT = HOME / "static"

# Ground first: an app may import only what stands before it (pyproject.toml, import contracts).
DOMICILE_APPS = [
    "common",
    "vault",
    "audit",
    "accounts",
    "access",
    "printing",
    "screens",
    "administration",
    "peers",
    "tasks",
    "collect",
    "staffing",
    "localfields",
    "areas",
    "places",
    "people",
    "tenure",
    "certificates",
    "fieldwork",
    "moves",
    "vitals",
    "snapshots",
    "duplicates",
    "comparisons",
    "sources",
    "quality",
    "indicators",
    "maps",
    "gridding",
    "exchange",
    "api",
    "web",
]
INSTALLED_APPS = [*[f"domicile.apps.{name}" for name in reversed(DOMICILE_APPS)], *CONTRIBUTED_APPS]
