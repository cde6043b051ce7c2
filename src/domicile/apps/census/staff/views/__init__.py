"""Pages of the staff of a census."""
