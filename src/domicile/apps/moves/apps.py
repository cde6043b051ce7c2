"""Start-up of the app."""

from django.apps import AppConfig


class MovesConfig(AppConfig):
    name = "domicile.apps.moves"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from domicile.apps.administration.telling import TABLES
        from domicile.apps.administration.words import ACTIONS, QUESTIONS
        from domicile.apps.areas import registry as areas
        from domicile.apps.moves import identities, recoding, retention, sections
        from domicile.apps.moves.actions import clock
        from domicile.apps.moves.collected import registering as collected
        from domicile.apps.moves.deadlines import tasks
        from domicile.apps.moves.flows import Inflow, Outflow
        from domicile.apps.moves.handing.lists import Unplaced
        from domicile.apps.moves.handing.views import ticked
        from domicile.apps.moves.handlers import register_all
        from domicile.apps.moves.ledgers import Arriving, Leaving
        from domicile.apps.moves.lists import Differing, Returning, Waiting
        from domicile.apps.moves.meant import registering as meant
        from domicile.apps.moves.messages import registering as messages
        from domicile.apps.moves.mover import registering
        from domicile.apps.moves.requests import registering as requests
        from domicile.apps.people import registry as cards
        from domicile.apps.screens import registry as ledgers
        from domicile.apps.tasks.registry import register_daily

        register_all()
        TABLES.update(
            {
                "moves_move": _("moves"),
                "moves_moveend": _("ends of moves"),
                "moves_moveperson": _("who moves"),
                "moves_movechange": _("steps of moves"),
                "moves_correspondence": _("registers that a move is spoken of with"),
                "moves_moverequest": _("steps that another register was asked to take"),
                "move_ends": _("ends of moves"),  # what the proof of a change of areas counts
            }
        )
        ACTIONS.setdefault(retention.ERASE, _("ended moves erased, their time being over"))
        ACTIONS.setdefault("moves.told", _("move told by another register"))
        ACTIONS.setdefault("moves.follow", _("steps of another register taken over"))
        ACTIONS.setdefault("moves.question", _("question of another register"))
        ACTIONS.setdefault("moves.answered", _("answer of another register"))
        QUESTIONS.setdefault("move", _("a move"))
        QUESTIONS.setdefault("move_question", _("question of another register about an arrival"))
        QUESTIONS.setdefault("population", _("figures of the floating population"))
        QUESTIONS.setdefault("move_candidates", _("declarations that may be an arrival's"))
        QUESTIONS.setdefault("ledger_leaving", _("ledger of those who leave"))
        QUESTIONS.setdefault("download_leaving", _("download of the ledger of those who leave"))
        QUESTIONS.setdefault("ledger_arriving", _("ledger of those who arrive"))
        QUESTIONS.setdefault("download_arriving", _("download of the ledger of those who arrive"))
        areas.register(areas.Carrier("moves", recoding.move, recoding.tally, follow=recoding.follow))
        cards.card_section("person", sections.of_person)
        cards.before_merging(identities.check)
        cards.card_action("person", sections.changes_of_person)
        cards.card_action("dwelling", sections.changes_of_dwelling)
        register_daily(clock.daily)
        register_daily(retention.daily)
        tasks.register_all()
        messages.register_all()
        meant.register_all()
        registering.register_all()
        collected.register_all()
        requests.register_all()
        for flow in (Inflow, Outflow):
            ledgers.register(f"moves:{flow.name}", flow, _("Situation"))
            QUESTIONS.setdefault(f"ledger_{flow.name}", flow.heading)
            QUESTIONS.setdefault(f"download_{flow.name}", flow.heading)
        ledgers.register("moves:leaving", Leaving, _("People"))
        ledgers.register("moves:arriving", Arriving, _("People"))
        choose = ledgers.BulkAction("hand_on", _("Choose the community"), ("propose_change",), ticked)
        ledgers.register_bulk(Unplaced.name, choose)
        for ledger in (Unplaced, Waiting, Differing, Returning):
            ledgers.register(f"moves:{ledger.at}", ledger, _("People"))
            QUESTIONS.setdefault(f"ledger_{ledger.name}", ledger.heading)
            QUESTIONS.setdefault(f"download_{ledger.name}", ledger.heading)
