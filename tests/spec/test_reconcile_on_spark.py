"""Two lists of moves reconciled on a Spark of two workers: the same files, byte for byte, as on this machine."""

import dataclasses
from pathlib import Path
from typing import Any

import polars as pl

from domicile.core.synth.moves import make_move_lists
from domicile.engines import reconciliation
from tests.engines.test_reconciliation import ELSEWHERE, TODAY, number, record

ODD = [
    ({}, {"number": number()[:6] + number()[8:17]}),
    ({}, {"birth_date": "1980-06-05", "name": "张炜"}),
    ({}, {"number": number()[:9] + "7" + number()[10:]}),
    ({}, {"number": number()[:9] + number()[10] + number()[9] + number()[11:]}),
    ({}, {"number": "", "name": "张伟伟"}),
    ({}, {"number": "", "birth_date": "1990-05-06"}),
    ({}, {"number": "", "name": "", "destination": ELSEWHERE}),
    ({}, {"date": "2026-13-99", "number": "没有"}),
]


def test_lists_with_planted_faults_are_reconciled_into_the_same_files(spark: Any, tmp_path: Path) -> None:
    from domicile.engines.spark.reconciliation import reconcile

    left, arrived = tmp_path / "left.csv", tmp_path / "arrived.csv"
    left_frame, arrived_frame, _truth = make_move_lists(400, 5, TODAY)
    for path, frame, side in ((left, left_frame, 0), (arrived, arrived_frame, 1)):
        names = ["id", "number", "name", "birth_date", "origin", "destination", "date"]
        odd = [record(f"odd {place}") | pair[side] for place, pair in enumerate(ODD)]
        frame = frame.select(pl.col(names).cast(pl.String))
        pl.concat([frame, pl.DataFrame(odd, schema=dict.fromkeys(names, pl.String))]).write_csv(path)
    expected = reconciliation.reconcile(left, arrived, tmp_path / "here", today=TODAY)
    found = reconcile(left, arrived, tmp_path / "there", today=TODAY, on=spark)
    assert found.pairs > 300
    assert dataclasses.replace(found, files={}) == dataclasses.replace(expected, files={})
    for name, path in found.files.items():
        assert path.read_bytes() == expected.files[name].read_bytes(), name
