"""domicile: a true register of residents, dwellings and neighbourhood grids, self-hosted."""

__version__ = "0.1.0"
