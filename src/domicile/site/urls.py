"""Every address of the site. An app names its own in its urls.py."""

from django.urls import include, path

from domicile.site.health import healthz, metrics

urlpatterns = [
    path("healthz", healthz),
    path("metrics", metrics),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("domicile.apps.accounts.urls")),
    path("access/", include("domicile.apps.access.urls")),
    path("administration/", include("domicile.apps.administration.urls")),
    path("", include("domicile.apps.tasks.urls")),
    path("", include("domicile.apps.collect.urls")),
    path("", include("domicile.apps.staffing.urls")),
    path("", include("domicile.apps.localfields.urls")),
    path("", include("domicile.apps.collect.openrosa.urls")),
    path("", include("domicile.apps.areas.urls")),
    path("", include("domicile.apps.screens.urls")),
    path("", include("domicile.apps.places.urls")),
    path("", include("domicile.apps.places.units.urls")),
    path("", include("domicile.apps.people.urls")),
    path("", include("domicile.apps.people.printed.urls")),
    path("", include("domicile.apps.tenure.urls")),
    path("", include("domicile.apps.fieldwork.visits.urls")),
    path("", include("domicile.apps.fieldwork.backcheck.urls")),
    path("", include("domicile.apps.fieldwork.campaigns.urls")),
    path("", include("domicile.apps.peers.urls")),
    path("", include("domicile.apps.certificates.urls")),
    path("", include("domicile.apps.moves.urls")),
    path("", include("domicile.apps.vitals.urls")),
    path("", include("domicile.apps.duplicates.urls")),
    path("", include("domicile.apps.comparisons.urls")),
    path("", include("domicile.apps.sources.urls")),
    path("", include("domicile.apps.quality.urls")),
    path("", include("domicile.apps.quality.cleanup.urls")),
    path("", include("domicile.apps.indicators.urls")),
    path("", include("domicile.apps.maps.urls")),
    path("", include("domicile.apps.maps.printed.urls")),
    path("", include("domicile.apps.exchange.urls")),
    path("", include("domicile.apps.api.urls")),
    path("", include("domicile.apps.web.urls")),
]
