"""Linkage on this machine: specifications of core.linkage run by DuckDB, their models trained by Splink."""

from domicile.engines.linkage.finding import Counts, Found, find_duplicates, link_lists, link_records

__all__ = ["Counts", "Found", "find_duplicates", "link_lists", "link_records"]
