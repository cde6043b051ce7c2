"""Pages about persons: reading (search, cards) and changing (changes)."""
