"""Pages of lists from outside."""
