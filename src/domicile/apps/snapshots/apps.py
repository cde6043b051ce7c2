"""Start-up of the app."""

from django.apps import AppConfig


class SnapshotsConfig(AppConfig):
    name = "domicile.apps.snapshots"
