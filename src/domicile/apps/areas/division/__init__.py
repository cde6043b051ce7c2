"""Division of communities into small grids as a page shows it: what is divided, what a plan is worth, how it is drawn.

Nothing is read or written here: the register and the census each say what their buildings are. `core.districting` searches.
"""
