"""A throwaway PostgreSQL cluster: started for one command, gone after it.

`python -m tests.postgres -- COMMAND…` runs COMMAND with DOMICILE_DATABASE and DOMICILE_CENSUS_DATABASE set to a new cluster
and removes the cluster when the command ends or is stopped. Nothing of it survives, so it trades safety on disk for speed.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "shared_buffers=128MB",
    "max_connections=60",
    "listen_addresses=127.0.0.1",
    "timezone=UTC",
)


class NoPostgreSQL(RuntimeError):
    """No PostgreSQL server is installed here, or it did not start. The message says what to do."""


def binaries() -> Path:
    """The folder of initdb and postgres: the newest of Debian's folders, else where PATH finds initdb.

    Raises NoPostgreSQL when there is none.
    """
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if folders:
        return max(folders, key=lambda folder: float(folder.parent.name))
    found = shutil.which("initdb")
    if found is None:
        raise NoPostgreSQL("PostgreSQL is not installed: on Debian and Ubuntu, apt-get install postgresql")
    return Path(found).resolve().parent


def server_user() -> str | None:
    """The user to run the server as: None means this one. PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise NoPostgreSQL("PostgreSQL does not run as root, and there is no user postgres: make one, or do not be root")


def free_port() -> int:
    """A TCP port on the loopback address that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster and give its address, postgresql://postgres@127.0.0.1:PORT/domicile; remove it at the end.

    UTF-8, C locale, an empty database `domicile` with those of the log and of the census beside it.
    Raises NoPostgreSQL when it cannot be started.
    """
    folder, user = binaries(), server_user()
    home = Path(tempfile.mkdtemp(prefix="domicile-postgres-"))
    if user is not None:
        shutil.chown(home, user, pwd.getpwnam(user).pw_gid)
    port = free_port()
    try:
        _run(
            [
                folder / "initdb",
                "-D",
                home / "data",
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-locale",
                "-N",
            ],
            user,
        )
        options = [f"-c{setting}" for setting in SETTINGS]
        server_options = " ".join([*options, f"-p{port}", f"-k{home}"])
        _run([folder / "pg_ctl", "-D", home / "data", "-l", home / "log", "-o", server_options, "-w", "start"], user)
        try:
            for name in ("domicile", "domicile_log", "domicile_census", "domicile_census_log"):
                _run([folder / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", name], user)
            yield f"postgresql://postgres@127.0.0.1:{port}/domicile"
        finally:
            _run([folder / "pg_ctl", "-D", home / "data", "-m", "immediate", "-w", "stop"], user)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(command: list[str | Path], user: str | None) -> None:
    # Of its own session, so that Ctrl-C reaches the command under test and not the server beneath it.
    done = subprocess.run(
        [str(part) for part in command],
        user=user,
        group=None if user is None else pwd.getpwnam(user).pw_gid,
        extra_groups=None if user is None else [],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise NoPostgreSQL(f"{Path(command[0]).name} failed: {done.stdout.strip()[-2000:]}")


def main(arguments: list[str]) -> int:
    """Run the command after `--` against a new cluster; give its status, 2 for a wrong call, 3 without PostgreSQL."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print("usage: python -m tests.postgres -- COMMAND…", file=sys.stderr)
        return 2

    def stop(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    try:
        with cluster() as address:
            child = subprocess.Popen(
                command, env={**os.environ, "DOMICILE_DATABASE": address, "DOMICILE_CENSUS_DATABASE": address}
            )
            try:
                return child.wait()
            except KeyboardInterrupt:  # the terminal told the child too: let it end in its own way
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(timeout=20)
                return 130
            finally:
                if child.poll() is None:
                    child.terminate()
                    child.wait(timeout=20)
    except NoPostgreSQL as problem:
        print(problem, file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
