"""Comparison of records of persons: names and their sounds; `name_columns` knows the sounds of a column of names."""

from domicile.core.linkage.names import NameLikeness, query_sounds, same_name, sound, split_name

__all__ = ["NameLikeness", "query_sounds", "same_name", "sound", "split_name"]
