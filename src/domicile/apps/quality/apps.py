"""Start-up of the app."""

from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "domicile.apps.quality"
