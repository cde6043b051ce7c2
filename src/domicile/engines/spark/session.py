"""The one place that connects to Spark: what is asked of a cluster, and what is said when it is not there."""

from __future__ import annotations

import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from domicile.engines.folders import folder_of_a_job, sweep
from domicile.engines.spark.handing import Hand

#: How the folders of jobs are called in the shared one, in which others may stand.
PREFIX: Final = "domicile-job-"
#: Versions of Java on which Spark 4.0 runs.
JAVA: Final = (17, 21)
#: Where systems keep more than one.
OTHERS: Final = Path("/usr/lib/jvm")
#: How long a master may be silent, and how long it may take until a worker takes the job up.
ANSWER_S: Final = 5.0
WORKER_S: Final = 60.0
_STANDALONE: Final = re.compile(r"spark://[^\s,/:]+:\d+(,[^\s,/:]+:\d+)*")
_HERE: Final = re.compile(r"local(\[(\d+|\*)\])?")
#: What every job asks for; spark-defaults.conf of the machine says the rest, and may not say otherwise.
_ALWAYS: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    # What does not fit into memory goes to the workers' disks: encrypted, with a key that dies with the job.
    "spark.io.encryption.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    # A text that is no number is null, as the rules have it, not an error.
    "spark.sql.ansi.enabled": "false",
}


class ClusterRefused(RuntimeError):
    """A job cannot be done on the cluster; the message names the address and says what to do."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where a job runs: `master` (spark://host:port, or local[n] for this machine alone), the folder that all machines see
    at the same path, and further settings of Spark by name."""

    master: str
    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)


class Connected:
    """A session on a cluster, and the hand that gives it tables."""

    def __init__(self, session: Any, hand: Hand) -> None:
        self.session = session
        self._hand = hand
        self._kept: list[Any] = []

    def table(self, name: str, rows: pa.RecordBatchReader | pa.Table) -> None:
        """Hand rows over as the view of this name."""
        self._hand.over(self.session, rows).createOrReplaceTempView(name)

    def view(self, name: str, query: str, *, keep: bool = False) -> None:
        """Name a query. With `keep` its rows are worked out once and held by the workers; whoever dies has his worked out anew."""
        frame = self.session.sql(query)
        if keep:
            frame = self._cut(frame).persist()
            self._kept.append(frame)
        frame.createOrReplaceTempView(name)

    def _cut(self, frame: Any) -> Any:
        """The same rows as a leaf: a view upon views is planned anew with all that is beneath it, twice as much at each step.

        How the rows come about stays known to the workers, unlike at a checkpoint on their disks.
        """
        from pyspark.sql import DataFrame

        java = frame._jdf
        return DataFrame(self.session._jsparkSession.createDataFrame(java.toJavaRDD(), java.schema()), self.session)

    def arrow(self, query: str) -> pa.Table:
        """The rows of a query, brought here."""
        table: pa.Table = self.session.sql(query).toArrow()
        return table

    def row(self, query: str) -> tuple[Any, ...]:
        """The one row of a query."""
        return tuple(self.session.sql(query).first())

    def let_go(self) -> None:
        """Let the workers forget what they held."""
        while self._kept:
            self._kept.pop().unpersist()


@contextmanager
def connected(cluster: Cluster, *, job: str) -> Iterator[Connected]:
    """A connection for one job: a session, and a folder of its own in the shared one; both end with the block.

    Raises ClusterRefused where Spark, Java, the master, a worker or the folder is missing, and where the cluster breaks off.
    """
    check(cluster)
    builder = _builder()
    for name, value in {**_ALWAYS, **cluster.settings}.items():
        builder = builder.config(name, value)
    try:
        session = builder.master(cluster.master).appName(f"domicile {job}").getOrCreate()
    except Exception as problem:
        raise ClusterRefused(f"Spark did not start for {cluster.master}: {_reason(problem)}") from problem
    # The setting spark.pyspark.python is read by spark-submit alone; left to itself a worker would take any python3 it finds.
    session.sparkContext.pythonExec = os.environ.get("PYSPARK_PYTHON", sys.executable)
    try:
        _await_worker(session, cluster.master)
        sweep(cluster.folder, PREFIX)
        with folder_of_a_job(cluster.folder, PREFIX) as folder, _told(cluster.master):
            yield Connected(session, Hand(folder))
    finally:
        _stop(session)


def _stop(session: Any) -> None:
    """End a session. Where its Java is gone already, killed for want of memory say, there is nothing left to end."""
    from py4j.protocol import Py4JError

    with suppress(Py4JError, OSError):
        session.stop()


def check(cluster: Cluster) -> None:
    """Whether all that a job needs is there, as far as that is known at once. Raises ClusterRefused."""
    _builder()
    _check_folder(cluster.folder)
    find_java()
    _check_master(cluster.master)


def _builder() -> Any:
    # It would print each failed query and its trace as one line of JSON, whole, beside the sentence that says what to do.
    logging.getLogger("SQLQueryContextLogger").disabled = True
    try:
        from pyspark.sql import SparkSession
    except ImportError as problem:
        raise ClusterRefused(
            "Jobs on Spark need the extra of that name, which is not installed here: "
            "pip install --no-build-isolation --require-hashes -r requirements/spark.txt (or pip install 'domicile[spark]')."
        ) from problem
    return SparkSession.builder


def _check_folder(folder: Path) -> None:
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise ClusterRefused(
            f"{folder} is no folder that can be written to. Name one that every machine of the cluster sees at this path."
        )


def _check_master(master: str) -> None:
    if _HERE.fullmatch(master):
        return
    if not _STANDALONE.fullmatch(master):
        raise ClusterRefused(
            f"{master} is no address of a master: spark://HOST:PORT is one, or local[2] for this machine."
        )
    problems = []
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            with socket.create_connection((host, int(port)), timeout=ANSWER_S):
                return
        except (OSError, OverflowError) as problem:
            problems.append(f"{address}: {getattr(problem, 'strerror', None) or problem}")
    raise ClusterRefused(
        f"No master answers at {master} ({'; '.join(problems)}). Start it with: "
        "spark-class org.apache.spark.deploy.master.Master, or name the address that its log tells."
    )


def _await_worker(session: Any, master: str) -> None:
    """Wait until a worker has taken the job up: Spark itself would wait for ever."""
    if _HERE.fullmatch(master):
        return
    until = time.monotonic() + WORKER_S
    status = session.sparkContext._jsc.sc()
    while status.getExecutorMemoryStatus().size() < 2:  # the first is this process itself
        if time.monotonic() > until:
            asked = session.conf.get("spark.executor.memory", "1g")
            raise ClusterRefused(
                f"The master at {master} answers, but no worker took the job up within {WORKER_S:.0f} s. Start workers: "
                f"spark-class org.apache.spark.deploy.worker.Worker {master}; each needs {asked} of memory free, another "
                "job may hold it, and must reach this machine (SPARK_LOCAL_IP names the address that it is told)."
            )
        time.sleep(0.2)


def find_java() -> None:
    """Let JAVA_HOME be a Java that Spark runs on: the usual one, else one beside it."""
    homes = [os.environ.get("JAVA_HOME", ""), _home_of(shutil.which("java"))]
    homes += [str(path.parents[1]) for path in sorted(OTHERS.glob("*/bin/java"))]
    found = []
    for home in dict.fromkeys(one for one in homes if one):
        version = _version(home)
        if version in JAVA:
            os.environ["JAVA_HOME"] = home
            return
        found += [f"{version} in {home}"] if version else []
    raise ClusterRefused(
        f"Spark runs on Java {' or '.join(map(str, JAVA))}, and here is {', '.join(found) or 'none'}. Install one "
        "(on Debian and Ubuntu: apt-get install openjdk-17-jre-headless), or name its folder with JAVA_HOME."
    )


def _home_of(java: str | None) -> str:
    return str(Path(java).resolve().parents[1]) if java else ""


def _version(home: str) -> int | None:
    try:
        said = subprocess.run([f"{home}/bin/java", "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return None
    version = re.search(r'version "(\d+)', said.stderr)
    return int(version[1]) if version else None


@contextmanager
def _told(master: str) -> Iterator[None]:
    """Say in one sentence that the cluster broke off; other problems pass."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException, ConnectionError) as problem:
        raise ClusterRefused(
            f"The job on {master} broke off: {_reason(problem)} Nothing was kept of it. Look whether master and workers "
            "are up, then start it again."
        ) from problem


def _reason(problem: BaseException) -> str:
    """The line of a problem that says what happened: of Spark's traces the innermost cause, else the first line."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    causes = [
        line for line in lines if line.startswith(("domicile.", "Caused by:", "org.apache.spark.SparkException:"))
    ]
    said = (causes or lines or [type(problem).__name__])[-1 if causes else 0]
    return said if said.endswith(".") else f"{said}."
