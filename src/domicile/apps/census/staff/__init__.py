"""Who works for a census (CE-3)."""
