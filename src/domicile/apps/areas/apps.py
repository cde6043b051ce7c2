"""Start-up of the app."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "domicile.apps.areas"

    def ready(self) -> None:
        from domicile.apps.areas import covering, registry
        from domicile.apps.areas.actions import carrying
        from domicile.apps.areas.selectors import scope_names
        from domicile.apps.screens import downloads
        from domicile.apps.staffing import registry as staffing

        downloads.name_areas_with(scope_names)
        registry.register(registry.Carrier("areas", carrying.move_rights))
        registry.register(registry.Carrier("staffing", covering.move))
        staffing.tell_communities(covering.communities)
        staffing.name_areas(covering.names)
        staffing.tell_grids(covering.small_grids)
