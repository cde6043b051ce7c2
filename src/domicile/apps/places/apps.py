"""Start-up of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    name = "domicile.apps.places"

    def ready(self) -> None:
        from domicile.apps.areas import registry
        from domicile.apps.places import covering, moves, regrouping, visits
        from domicile.apps.places import handlers as changes
        from domicile.apps.places import ledgers as lists
        from domicile.apps.places.units import handlers
        from domicile.apps.places.units.ledger import Units
        from domicile.apps.screens import registry as ledgers
        from domicile.apps.staffing import registry as staffing

        registry.register(
            registry.Carrier("places", moves.move, moves.tally, moves.dwellings, regrouping.standing, regrouping.follow)
        )
        handlers.register_all()
        changes.register_all()
        visits.register_all()
        registry.register(registry.Carrier("tasks", visits.move, follow=visits.follow))
        staffing.tell_houses(covering.houses)
        staffing.tell_party("unit", covering.unit_party)
        for ledger in (lists.Buildings, lists.Streets, lists.Plates, lists.Orders):
            ledgers.register(ledger.url_name, ledger, _("Places"))
        ledgers.register("units:ledger", Units, _("Places"))
