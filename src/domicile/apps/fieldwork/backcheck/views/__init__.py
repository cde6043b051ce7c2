"""Pages of back-checks."""
