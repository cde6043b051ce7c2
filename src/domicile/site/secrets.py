"""Secrets made on first run: files beside the data, never in the repository, readable by their owner alone."""

import os
import secrets
from pathlib import Path

#: How the names of a site's settings begin, and the folder that it works in where none is named.
REGISTER, CENSUS = "DOMICILE", "DOMICILE_CENSUS"
FOLDERS = {REGISTER: "var", CENSUS: "var-census"}


class KeyFileError(RuntimeError):
    """A key file is missing, or others on this machine may read it."""


def key_folder(of: str = REGISTER) -> Path:
    """The folder of a site's key files: DOMICILE_KEYS, else `keys` in its data folder. Made with mode 0700 when missing."""
    folder = Path(os.environ.get(f"{of}_KEYS") or home(of) / "keys")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def home(of: str = REGISTER) -> Path:
    """The data folder of a site: DOMICILE_HOME, else `var` in the current folder. Made with mode 0700 when missing.

    Of the census: DOMICILE_CENSUS_HOME, else `var-census`, never a folder within the register's.
    """
    folder = Path(os.environ.get(f"{of}_HOME") or FOLDERS[of]).resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def read_key(path: Path) -> bytes:
    """Read a key file; refuse one that group or others may read."""
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise KeyFileError(f"{path} has mode {mode:04o}; run: chmod 600 {path}")
    return path.read_bytes()


def ensure_key(path: Path, size: int = 32) -> bytes:
    """Read the key file at `path`, or make it with `size` random bytes. Safe when two processes start at once."""
    if not path.exists():
        write_key(path, secrets.token_bytes(size))
    return read_key(path)


def write_key(path: Path, content: bytes) -> None:
    """Write a new key file with mode 0600, whole or not at all; an existing file is kept as it is."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
