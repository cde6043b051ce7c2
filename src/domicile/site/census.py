"""Django settings of the census: a site of its own behind the wall (P-4), with its own data folder, keys and databases.

Nothing of the register is installed here, and nothing of the register's settings is read; in production it has a process
and a system user of its own. `domicile census …` starts it; docs/operate/settings.md lists what an operator sets.
"""

import os

from domicile.site.base import *  # noqa: F403 (all of them are settings of this site, too)
from domicile.site.base import CONTRIBUTED_APPS, PACKAGE
from domicile.site.databases import CENSUS as DATABASE_NAMES
from domicile.site.databases import databases
from domicile.site.secrets import CENSUS, ensure_key, home, key_folder

HOME = home(CENSUS)
KEYS = key_folder(CENSUS)
SECRET_KEY = ensure_key(KEYS / "django-secret", 48).hex()
DATABASES = databases(os.environ.get("DOMICILE_CENSUS_DATABASE", ""), HOME, DATABASE_NAMES)
ROLES = "census_roles"
# What both sites have is called here as the census calls it: a grid is an enumeration area, an informant an enumerator.
LOCALE_PATHS = [PACKAGE / "site" / "census_words" / "locale"]
ROOT_URLCONF = "domicile.site.census_urls"
STATIC_ROOT = HOME / "static"
# Who is signed in to the register is not signed in here, in one browser and on one machine either.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "census_session", "census_csrf", "census_language"

# Ground first, as in the register: the engines that the census stands on, and the census.
DOMICILE_APPS = [
    "common",
    "vault",
    "audit",
    "accounts",
    "access",
    "printing",
    "screens",
    "administration",
    "tasks",
    "collect",
    "staffing",
    "areas",
    "census",
    "web",
]
INSTALLED_APPS = [*[f"domicile.apps.{name}" for name in reversed(DOMICILE_APPS)], *CONTRIBUTED_APPS]
