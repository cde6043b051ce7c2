"""Engines that run the specifications of the core: the only place that imports DuckDB."""
