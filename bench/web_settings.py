"""The product's settings with the baseline's addresses beside its own."""

from domicile.site.settings import *  # noqa: F403

ROOT_URLCONF = "bench.web_urls"
