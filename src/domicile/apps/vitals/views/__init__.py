"""Pages of vital events."""
