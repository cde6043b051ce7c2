"""What the specifications are run on besides this machine: a Spark of a master and two workers, started once for all of them.

Where pyspark or Java is missing these tests fail and say what to install: a specification that was not run is not agreed on.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.spark_cluster import Standalone


@pytest.fixture(scope="session")
def standalone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standalone]:
    """The processes of the cluster."""
    cluster = Standalone(tmp_path_factory.mktemp("spark") / "cluster")
    try:
        cluster.await_workers()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def spark(standalone: Standalone) -> Iterator[Any]:
    """A job on the cluster that all specifications share: to connect takes longer than to run one."""
    from domicile.engines.spark.session import connected

    with connected(standalone.cluster(), job="specifications") as on:
        yield on
