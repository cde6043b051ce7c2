"""Whose turn it is in each move, since when and until when (MO-5): for pages and lists (`waiting`), as tasks (`tasks`)."""
