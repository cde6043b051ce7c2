"""Start-up of the app."""

from django.apps import AppConfig


class MapsConfig(AppConfig):
    name = "domicile.apps.maps"

    def ready(self) -> None:
        from domicile.apps.areas import links
        from domicile.apps.maps.printed.links import plan_of

        links.on_area(plan_of)
