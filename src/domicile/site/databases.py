"""The databases of a site: what it keeps, and the log of looks at it (docs/adr/0014-the-census-is-a-site.md).

The register and the census are two sites, with two databases each: neither is configured to reach those of the other.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

ALIASES = ("default", "log")


@dataclass(frozen=True)
class Names:
    """How the databases of a site are called: files of SQLite, and what is added to the name on PostgreSQL, by alias."""

    files: dict[str, str]
    suffixes: dict[str, str]


REGISTER = Names({"default": "register.sqlite3", "log": "log.sqlite3"}, {"default": "", "log": "_log"})
CENSUS = Names({"default": "census.sqlite3", "log": "census_log.sqlite3"}, {"default": "_census", "log": "_census_log"})
# A power cut may lose the last moments of the log of looks, a killed process nothing: docs/operate/durability.md.
SYNCHRONOUS = {"default": "FULL", "log": "NORMAL"}
# Pages of 4 KB after which SQLite moves the log written ahead into the file, and waits for the disk. Each look touches a
# dozen pages here and there: at the usual 1,000 pages every hundredth answer would wait for it, and others behind it.
CHECKPOINT = {"default": 1000, "log": 16000}


def databases(url: str, home: Path, names: Names) -> dict[str, dict[str, Any]]:
    """Django's DATABASES from one setting: empty for SQLite files in `home`, or postgresql://user@host/name.

    On PostgreSQL each uses a database of its own, called as the address says with the suffix of `names`.
    Raises ValueError for any other address.
    """
    if not url:
        return {alias: _sqlite(home / names.files[alias], SYNCHRONOUS[alias], CHECKPOINT[alias]) for alias in ALIASES}
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise ValueError("DOMICILE_DATABASE must be empty or look like postgresql://user:password@host:5432/name")
    return {alias: _postgresql(parts, names.suffixes[alias]) for alias in ALIASES}


def _sqlite(path: Path, synchronous: str, checkpoint: int) -> dict[str, Any]:
    pragmas = (
        f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA temp_store=MEMORY; "
        f"PRAGMA cache_size=-32768; PRAGMA mmap_size=268435456; PRAGMA wal_autocheckpoint={checkpoint};"
    )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"init_command": pragmas, "transaction_mode": "IMMEDIATE", "timeout": 60},
        "CONN_MAX_AGE": None,
        # A file, so that threads and processes of a test see one database.
        "TEST": {"NAME": str(path.with_name(f"test-{path.name}"))},
    }


def _postgresql(parts: Any, suffix: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")) + suffix,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
