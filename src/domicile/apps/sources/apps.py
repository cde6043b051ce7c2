"""Start-up of the app."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "domicile.apps.sources"
