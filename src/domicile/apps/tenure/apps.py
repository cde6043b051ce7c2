"""Start-up of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenureConfig(AppConfig):
    name = "domicile.apps.tenure"

    def ready(self) -> None:
        from domicile.apps.people import registry as cards
        from domicile.apps.people.printed import registry as printed
        from domicile.apps.places import registry as places
        from domicile.apps.screens import registry as ledgers
        from domicile.apps.staffing import registry as staffing
        from domicile.apps.staffing.pay.registry import tell_doors
        from domicile.apps.tenure import covering, sections, visits
        from domicile.apps.tenure.handlers import register_all
        from domicile.apps.tenure.ledger import Rentals
        from domicile.apps.tenure.policies import check_dwelling_change
        from domicile.apps.tenure.printed import on_dwelling_card

        register_all()
        visits.register_all()
        staffing.tell_party("landlord", covering.landlord)
        tell_doors("rental", covering.doors)
        places.before_change(check_dwelling_change)
        cards.card_section("dwelling", sections.of_dwelling)
        cards.card_section("person", sections.of_person)
        printed.dwelling_facts(on_dwelling_card)
        cards.card_action("dwelling", sections.changes_of_dwelling)
        ledgers.register("tenure:ledger", Rentals, _("Places"))
