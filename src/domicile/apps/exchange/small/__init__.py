"""The small layouts, areas and grids: some hundred rows, read one by one and written through models."""
