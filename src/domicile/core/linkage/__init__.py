"""Comparison of records of persons: names and their sounds."""

from domicile.core.linkage.names import NameLikeness, query_sounds, same_name, sound, sounds, split_name

__all__ = ["NameLikeness", "query_sounds", "same_name", "sound", "sounds", "split_name"]
