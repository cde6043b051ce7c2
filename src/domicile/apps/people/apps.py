"""Start-up of the app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "domicile.apps.people"

    def ready(self) -> None:
        from domicile.apps.areas import registry
        from domicile.apps.collect.registry import register_resolver
        from domicile.apps.people import covering, moves, regrouping
        from domicile.apps.people.handlers import register_all
        from domicile.apps.people.identity.proposed import resolved
        from domicile.apps.people.ledgers import urls as ledgers
        from domicile.apps.people.local import sections as local
        from domicile.apps.people.registry import Action, card_action
        from domicile.apps.people.residents import residents
        from domicile.apps.people.selectors.home_history import residents_known_on
        from domicile.apps.places.registry import count_residents, tell_residents
        from domicile.apps.places.views.changing import menu
        from domicile.apps.staffing import registry as staffing

        ledgers.register_all()
        register_all()
        register_resolver(resolved)
        local.register_all()
        registry.register(registry.Carrier("people", moves.move, moves.tally, follow=regrouping.follow))
        count_residents(residents)
        staffing.count_households(covering.households)
        tell_residents(residents_known_on)
        card_action("dwelling", lambda viewer, dwelling: [Action(label, url) for label, url in menu(viewer, dwelling)])
