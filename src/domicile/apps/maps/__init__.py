"""The map: areas, grids and buildings with protected counts, and the drawing of grid polygons."""
