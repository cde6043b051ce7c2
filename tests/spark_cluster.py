"""A standalone Spark of a master and two workers, as processes of this machine, small enough to stand beside other tests.

Where pyspark or Java is missing the tests that use it fail and say what to install: a specification that was not run is not
agreed on.
"""

import gc
import os
import shutil
import signal
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

#: Short jobs end before Java has made the most of them: it need not try.
QUICK = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
SETTINGS = {
    "spark.driver.memory": "512m",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": QUICK,
    "spark.executor.extraJavaOptions": QUICK,
    "spark.executor.memory": "512m",
    # One process on each worker, so that two jobs may run side by side.
    "spark.executor.cores": "1",
    "spark.cores.max": "2",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    # A few rows are done before Java code for a query is written, or a better plan thought of.
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class Standalone:
    """The processes, their logs in `folder`, and the folder that they share."""

    def __init__(self, folder: Path, workers: int = 2) -> None:
        import pyspark

        from domicile.engines.spark.session import find_java

        find_java()
        self.folder = folder
        self.shared = folder / "shared"
        self.shared.mkdir(parents=True)
        self.program = Path(pyspark.__file__).parent / "bin" / "spark-class"
        self.port = free_port()
        self.master = f"spark://127.0.0.1:{self.port}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._start("master", "deploy.master.Master", "--port", str(self.port))
        for number in range(workers):
            self.add_worker(f"worker-{number}")

    def add_worker(self, name: str) -> None:
        work = str(self.folder / name)
        self._start(name, "deploy.worker.Worker", "--cores", "2", "--memory", "1200m", "--work-dir", work, self.master)

    def _start(self, name: str, kind: str, *arguments: str) -> None:
        environment = os.environ | {
            "PATH": f"{self._strangers()}{os.pathsep}{os.environ['PATH']}",
            "SPARK_DAEMON_MEMORY": "160m", "SPARK_DAEMON_JAVA_OPTS": QUICK, "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(self.folder / "spill"),
        }  # fmt: skip
        command = [
            str(self.program), f"org.apache.spark.{kind}", "--host", "127.0.0.1", "--webui-port", "0", *arguments,
        ]  # fmt: skip
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True
            )

    @property
    def environment(self) -> dict[str, str]:
        """What a machine that starts jobs here has in its environment: the settings as a file."""
        folder = self.folder / "conf"
        folder.mkdir(exist_ok=True)
        (folder / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in SETTINGS.items()))
        return {"SPARK_CONF_DIR": str(folder), "SPARK_LOCAL_IP": "127.0.0.1"}

    def _strangers(self) -> Path:
        """A folder with a python3 that knows nothing of domicile, as a worker's machine has."""
        folder = self.folder / "bin"
        folder.mkdir(exist_ok=True)
        stranger = folder / "python3"
        stranger.write_text("#!/bin/sh\necho 'This is not the Python of domicile.' >&2\nexit 1\n")
        stranger.chmod(0o755)
        return folder

    def await_workers(self, count: int = 2, seconds: float = 120) -> None:
        """Wait until the master is there and so many workers have come to it."""
        until = time.monotonic() + seconds
        log = self.folder / "master.log"
        while "New state: ALIVE" not in log.read_text() or log.read_text().count("Registering worker") < count:
            if time.monotonic() > until:
                raise TimeoutError((self.folder / "master.log").read_text())
            time.sleep(0.1)

    def kill(self, name: str) -> None:
        """End a process, and those that it started, at once."""
        process = self.processes.pop(name)
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True, check=False
        ).stdout.split()
        for one in (process.pid, *map(int, children)):
            try:
                os.kill(one, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.wait()

    def stop(self) -> None:
        for name in list(self.processes):
            self.kill(name)
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def standalone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standalone]:
    """The processes of the cluster, started once."""
    cluster = Standalone(tmp_path_factory.mktemp("spark") / "cluster")
    try:
        cluster.await_workers()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def spark(standalone: Standalone) -> Iterator[Any]:
    """A job on the cluster that all specifications share: to connect takes longer than to run one."""
    from domicile.engines.spark.session import Cluster, connected

    with connected(Cluster(standalone.master, standalone.shared, SETTINGS), job="specifications") as on:
        yield on
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        del on
        gc.collect()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs on Spark, and let it pass that py4j leaves its connections to the search for unused objects."""
    for item in items:
        if {"spark", "standalone"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.spark)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"))
