"""Reads of moves: each begins with the viewer's areas and records the look."""
