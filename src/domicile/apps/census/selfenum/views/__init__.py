"""Pages of self-enumeration: the public one, and those of staff."""
