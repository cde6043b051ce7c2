"""Start-up of the app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "domicile.apps.people"

    def ready(self) -> None:
        from domicile.apps.areas import registry
        from domicile.apps.people import moves, regrouping
        from domicile.apps.people.handlers import register_all

        register_all()
        registry.register(registry.Carrier("people", moves.move, follow=regrouping.follow))
