"""Which engine looks for duplicates: each by the name of the option `--engine`."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from domicile.apps.duplicates.searching import Find, Progress, Result

if TYPE_CHECKING:
    from domicile.engines.spark.session import Cluster


def duckdb(people: Any, today: dt.date, progress: Progress) -> Result:
    """On this machine. `people`: the table `people` of a snapshot, as a polars frame."""
    from domicile.engines.linkage import find_duplicates

    return _result(find_duplicates(people, today=today, progress=progress))


def on_spark(cluster: "Cluster") -> Find:
    """On a cluster. Raises engines.spark.session.ClusterRefused where it is not there or breaks off."""

    def spark(people: Any, today: dt.date, progress: Progress) -> Result:
        from domicile.engines.spark.linkage import find_duplicates
        from domicile.engines.spark.session import connected

        progress("connecting", 0.0)
        with connected(cluster, job="dedupe") as on:
            return _result(find_duplicates(people, today=today, on=on, progress=progress))

    return spark


def _result(found: Any) -> Result:
    counts = found.counts
    return Result(
        found.pairs.to_pylist(), found.prior, str(getattr(found.model, "name", "")), sum(counts.records), counts.compared,
        counts.left_out,
    )  # fmt: skip


FINDERS: dict[str, Find] = {"duckdb": duckdb}
