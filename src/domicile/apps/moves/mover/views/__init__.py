"""Pages of the mover's own word: the public one, and those of staff."""
