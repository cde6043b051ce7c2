"""Snapshots of the register for jobs outside it: sealed Parquet, written under a log entry, deleted when the job ends."""
