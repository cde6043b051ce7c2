"""Start-up of the app."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "domicile.apps.places"

    def ready(self) -> None:
        from domicile.apps.areas import registry
        from domicile.apps.places import moves, regrouping

        registry.register(
            registry.Carrier("places", moves.move, moves.dwellings, regrouping.standing, regrouping.follow)
        )
