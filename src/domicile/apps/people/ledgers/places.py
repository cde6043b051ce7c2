"""The filter by community or grid, where ledgers of people look for it."""

from domicile.apps.areas.placefilter import PlaceFilterSet

__all__ = ["PlaceFilterSet"]
