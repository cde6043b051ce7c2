"""Engines on a Spark cluster: the same specifications as on this machine, for lists that one machine does not hold.

with connected(Cluster("spark://first:7077", Path("/shared")), job="dedupe") as cluster:
    find_duplicates(people, today=today, on=cluster)       # domicile.engines.spark.linkage

Only the modules beside this one import pyspark, and only when a job asks for them. What a job lays into the shared folder is
sealed with a key of its own, which nothing writes down: `handing.py`.
"""
