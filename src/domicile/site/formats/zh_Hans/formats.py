"""Days and times in Chinese: see `iso`."""

from domicile.site.formats.iso import *  # noqa: F403 (Django reads the names of this module)
