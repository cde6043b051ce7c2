"""Start-up of the app."""

from django.apps import AppConfig


class DuplicatesConfig(AppConfig):
    name = "domicile.apps.duplicates"
