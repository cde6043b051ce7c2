"""Days and times in English: see `iso`."""

from domicile.site.formats.iso import *  # noqa: F403 (Django reads the names of this module)
