"""domicile: a true register of people, dwellings and grids for townships and counties."""
