"""The house plan of a community: its grids and buildings on paper, with an index of the buildings."""
