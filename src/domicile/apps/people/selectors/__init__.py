"""Reads of persons, households and dwellings: each begins with the viewer's areas and records the look."""

from domicile.apps.people.selectors.search import Found, search

__all__ = ["Found", "search"]
