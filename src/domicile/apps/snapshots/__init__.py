"""Snapshots of the register for jobs outside it: sealed Parquet, written under a log entry, deleted when the job ends.

    from domicile.apps.snapshots.taking import snapshot

    with snapshot(actor, job="duplicates", scopes=("440306",), tables=("people",), today=today) as taken:
        engine.load("people", taken.reader("people"))  # a pyarrow RecordBatchReader, opened part by part
        taken.frame("people")                          # or all of it as a polars frame

What each table holds: `tables.py`. A snapshot names people; a job keeps no copy of it in the clear on a disk.
"""
