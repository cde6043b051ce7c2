"""Every address of the site. An app names its own in its urls.py."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("domicile.apps.accounts.urls")),
    path("", include("domicile.apps.web.urls")),
]
