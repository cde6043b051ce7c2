"""Maps for enumerators: their area on paper, with its buildings and a list of them."""
