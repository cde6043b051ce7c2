"""Backup and restore: the databases of a site and the sealed files in one file, never the keys.

The file is a tar: the databases (SQLite files, or pg_dump's custom format), `files/…`, and last `manifest.json` with
each member's size and SHA-256 and `manifest.sig`, its Ed25519 signature by the key of the seals. Sessions are left out,
so that nobody signs in with a stolen backup.
"""

import datetime as dt
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

from cryptography.exceptions import InvalidSignature
from django.conf import settings
from django.db import connections

from domicile.apps.vault.keyring import seal_signer
from domicile.site import postgresql
from domicile.site.databases import ALIASES
from domicile.site.instance import hold

FORMAT = 1
SESSIONS = "django_session"
# What a backup leaves out of the data folder: keys and logins, and what is made again by itself.
FILES = settings.DATABASE_NAMES.files
LEFT_OUT = frozenset({"keys", "static", "snapshots", "demo-logins.txt", ".in-use", *FILES.values()})


class BackupRefused(RuntimeError):
    """The backup cannot be made, read or put back. The message says why and what to do."""


def backup(target: Path, now: dt.datetime) -> dict[str, Any]:
    """Write a backup to `target` (mode 0600, whole or not at all, never over another file); returns its manifest.

    Each database is copied as it stands at one moment, while others work on it.
    """
    target = target.resolve()
    if target.exists():
        raise BackupRefused(f"{target} is there already: name a new file")
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream, _workplace(target.parent) as folder:
            manifest = _write(stream, folder, now)
            stream.flush()
            os.fsync(stream.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def restore(source: Path, *, force: bool = False) -> dict[str, Any]:
    """Put a backup back, after every byte of it was checked; returns its manifest.

    Refuses with BackupRefused when the file is damaged, was made for the other kind of database or by the holder of
    another key, or when there is a register here already. With `force` that register goes: SQLite files and sealed
    files are moved aside into `before-restore-…` in the data folder.
    """
    home = Path(settings.HOME)
    with hold(home, alone=True), _workplace(home) as folder:
        manifest = _read(source, folder, any_key=force)
        if manifest["engine"] != _engine():
            raise BackupRefused(
                f"the backup is of {manifest['engine']}, this instance uses {_engine()}: set DOMICILE_DATABASE to fit"
            )
        if not force and (held := [alias for alias in ALIASES if _holds_data(alias)]):
            raise BackupRefused(f"there is a register here already ({', '.join(held)}): --force replaces it")
        connections.close_all()
        aside = home / f"before-restore-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}"
        _set_aside(home, aside)
        for alias in ALIASES:
            if _engine() == "sqlite":
                (folder / FILES[alias]).rename(settings.DATABASES[alias]["NAME"])
            else:
                postgresql.load(settings.DATABASES[alias], folder / f"{alias}.dump")
        if (folder / "files").is_dir():
            for path in (folder / "files").iterdir():
                path.rename(home / path.name)
        return manifest


def check(source: Path) -> dict[str, Any]:
    """Check every byte of a backup without putting it back; returns its manifest. Raises BackupRefused."""
    with _workplace(source.resolve().parent) as folder:
        return _read(source, folder, any_key=False)


def _engine() -> str:
    return "sqlite" if connections["default"].vendor == "sqlite" else "postgresql"


@contextmanager
def _workplace(beside: Path) -> Iterator[Path]:
    """A folder for half-made copies, for this user alone, on the disk they go to; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=".domicile-", dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(stream: Any, folder: Path, now: dt.datetime) -> dict[str, Any]:
    members: dict[str, dict[str, Any]] = {}
    with tarfile.open(fileobj=stream, mode="w|") as archive:
        for alias in ALIASES:
            copy = _copy(alias, folder)
            members[copy.name] = _add(archive, copy, copy.name)
            copy.unlink()
        home = Path(settings.HOME)
        for path in _files(home):
            name = f"files/{path.relative_to(home).as_posix()}"
            members[name] = _add(archive, path, name)
        manifest = {
            "format": FORMAT,
            "domicile": version("domicile"),
            "engine": _engine(),
            "made_at": now.astimezone(dt.UTC).isoformat(),
            "members": members,
        }
        text = json.dumps(manifest, indent=1, sort_keys=True).encode()
        for name, content in (("manifest.json", text), ("manifest.sig", seal_signer().sign(text))):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o600
            archive.addfile(entry, io.BytesIO(content))
    return manifest


def _copy(alias: str, folder: Path) -> Path:
    """A consistent copy of one database in `folder`."""
    if _engine() == "postgresql":
        return postgresql.dump(settings.DATABASES[alias], folder / f"{alias}.dump", without_rows_of=SESSIONS)
    copy = folder / FILES[alias]
    name = settings.DATABASES[alias]["NAME"]
    with closing(sqlite3.connect(name, timeout=60)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        if target.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [SESSIONS]).fetchone():
            target.execute("PRAGMA secure_delete=ON")
            target.execute(f"DELETE FROM {SESSIONS}")  # noqa: S608 (a constant)
            target.commit()
    return copy


def _files(home: Path) -> Iterator[Path]:
    """What else stands in the data folder: sealed uploads and staging."""
    keys = Path(settings.KEYS).resolve()
    for top in sorted(home.iterdir()):
        databases = top.name.startswith(tuple(FILES.values()))
        if top.name in LEFT_OUT or databases or top.name.startswith((".domicile-", "before-restore-")):
            continue
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and not path.is_symlink() and keys not in path.resolve().parents:
                yield path


def _add(archive: tarfile.TarFile, path: Path, name: str) -> dict[str, Any]:
    """Add a file to the archive; its size and SHA-256 as they were added."""
    entry = tarfile.TarInfo(name)
    entry.mode = 0o600
    with path.open("rb") as content:
        entry.size = os.fstat(content.fileno()).st_size
        reader = _Hashing(content)
        archive.addfile(entry, reader)  # type: ignore[arg-type]
    return {"size": entry.size, "sha256": reader.digest.hexdigest()}


class _Hashing:
    """Reads a stream and hashes what was read."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.digest = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block: bytes = self.stream.read(size)
        self.digest.update(block)
        return block


def _read(source: Path, folder: Path, *, any_key: bool) -> dict[str, Any]:
    """Unpack a backup into `folder` and check it against its manifest."""
    found: dict[str, dict[str, Any]] = {}
    try:
        with tarfile.open(source, mode="r|") as archive:
            for entry in archive:
                parts = PurePosixPath(entry.name).parts
                kept = parts[:1] == ("files",) and (len(parts) < 2 or parts[1] in LEFT_OUT)  # keys, databases, logins
                if not entry.isfile() or entry.name.startswith("/") or ".." in parts or entry.name in found or kept:
                    raise BackupRefused(f"{source} is not a backup of domicile: it holds {entry.name!r}")
                path = folder / entry.name
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                reader = _Hashing(archive.extractfile(entry))
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "wb") as out:
                    shutil.copyfileobj(reader, out, 1024 * 1024)
                found[entry.name] = {"size": entry.size, "sha256": reader.digest.hexdigest()}
    except (tarfile.TarError, EOFError) as problem:
        raise BackupRefused(f"{source} is damaged or not a backup of domicile: {problem}") from problem
    return _checked(source, folder, found, any_key=any_key)


def _checked(source: Path, folder: Path, found: dict[str, dict[str, Any]], *, any_key: bool) -> dict[str, Any]:
    if "manifest.json" not in found or "manifest.sig" not in found:
        raise BackupRefused(f"{source} is cut short or not a backup of domicile: it has no manifest")
    text, signature = (folder / "manifest.json").read_bytes(), (folder / "manifest.sig").read_bytes()
    try:
        seal_signer().public_key().verify(signature, text)
    except InvalidSignature as problem:
        if not any_key:
            raise BackupRefused(
                f"{source} was not signed with the key of this instance: put its key folder back first "
                "(--force takes it all the same)"
            ) from problem
    manifest: dict[str, Any] = json.loads(text)
    if manifest.get("format") != FORMAT:
        raise BackupRefused(f"{source} has format {manifest.get('format')}, this version reads {FORMAT}")
    for name, expected in manifest["members"].items():
        if found.get(name) != expected:
            raise BackupRefused(f"{source} is damaged: {name} is not as it was written")
    if extra := set(found) - set(manifest["members"]) - {"manifest.json", "manifest.sig"}:
        raise BackupRefused(f"{source} holds what its manifest does not name: {sorted(extra)[0]}")
    return manifest


def _holds_data(alias: str) -> bool:
    """Whether a database has tables."""
    if _engine() == "sqlite" and not Path(settings.DATABASES[alias]["NAME"]).exists():
        return False
    return bool(connections[alias].introspection.table_names())


def _set_aside(home: Path, aside: Path) -> None:
    """Move SQLite files (with their WAL) and sealed files out of the way; nothing is deleted."""
    kept = (
        [path for path in home.iterdir() if path.name.startswith(tuple(FILES.values()))]
        if _engine() == "sqlite"
        else []
    )
    tops = {path.relative_to(home).parts[0] for path in _files(home)}
    kept += [home / top for top in sorted(tops)]
    if kept:
        aside.mkdir(mode=0o700)
    for path in kept:
        path.rename(aside / path.name)
