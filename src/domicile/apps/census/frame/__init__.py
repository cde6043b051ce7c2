"""The frame: the buildings and expected counts that came in as a file, and their division into enumeration areas (CE-2)."""
