"""Three databases: the register, the log of looks, the census behind its wall (docs/adr/0002-three-databases.md)."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

ALIASES = ("default", "log", "census")
FILES = {"default": "register.sqlite3", "log": "log.sqlite3", "census": "census.sqlite3"}
SUFFIXES = {"default": "", "log": "_log", "census": "_census"}
# A power cut may lose the last moments of the log of looks, a killed process nothing: docs/operate/durability.md.
SYNCHRONOUS = {"default": "FULL", "log": "NORMAL", "census": "FULL"}
# Pages of 4 KB after which SQLite moves the log written ahead into the file, and waits for the disk. Each look touches a
# dozen pages here and there: at the usual 1,000 pages every hundredth answer would wait for it, and others behind it.
CHECKPOINT = {"default": 1000, "log": 16000, "census": 1000}


def databases(url: str, home: Path) -> dict[str, dict[str, Any]]:
    """Django's DATABASES from one setting: empty for SQLite files in `home`, or postgresql://user@host/name.

    On PostgreSQL the log and the census use databases beside it, called name_log and name_census.
    Raises ValueError for any other address.
    """
    if not url:
        return {alias: _sqlite(home / FILES[alias], SYNCHRONOUS[alias], CHECKPOINT[alias]) for alias in ALIASES}
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise ValueError("DOMICILE_DATABASE must be empty or look like postgresql://user:password@host:5432/name")
    return {alias: _postgresql(parts, SUFFIXES[alias]) for alias in ALIASES}


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
