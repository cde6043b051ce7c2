"""Start-up of the app."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "domicile.apps.areas"

    def ready(self) -> None:
        from domicile.apps.areas import registry
        from domicile.apps.areas.actions import carrying
        from domicile.apps.areas.selectors import scope_names
        from domicile.apps.screens import downloads

        downloads.name_areas_with(scope_names)
        registry.register(registry.Carrier("areas", carrying.move_rights))
