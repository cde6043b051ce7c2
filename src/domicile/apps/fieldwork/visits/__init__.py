"""Visits of dwellings and buildings: that somebody went, when, and how it went."""
