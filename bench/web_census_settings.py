"""The settings of the census site with the baseline's address beside its own."""

from domicile.site.census import *  # noqa: F403

ROOT_URLCONF = "bench.web_census_urls"
