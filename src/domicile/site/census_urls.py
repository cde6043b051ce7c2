"""Every address of the census site."""

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
    path("", include("domicile.apps.collect.openrosa.urls")),
    path("", include("domicile.apps.areas.urls")),
    path("", include("domicile.apps.census.urls")),
    path("", include("domicile.apps.screens.urls")),
    path("", include("domicile.apps.web.urls")),
]
