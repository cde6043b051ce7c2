"""Looks for static files once a process.

Every test client makes the middleware anew, and each would look through the folders of all apps, which takes longer than many
a page. A server makes it once.
"""

from typing import Any

from whitenoise.middleware import WhiteNoiseMiddleware


def look_once() -> None:
    """Let every middleware after the first serve the files that the first one found."""
    look = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, Any] = {}

    def add(self: WhiteNoiseMiddleware) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = add
