"""Start-up of the app."""

from django.apps import AppConfig


class ComparisonsConfig(AppConfig):
    name = "domicile.apps.comparisons"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from domicile.apps.administration.telling import TABLES
        from domicile.apps.administration.words import ACTIONS, QUESTIONS
        from domicile.apps.areas import registry as areas
        from domicile.apps.common import upkeep
        from domicile.apps.comparisons import jobs, messages, recoding, records, retention, selectors
        from domicile.apps.peers.words import KINDS
        from domicile.apps.screens.reminders import REMINDERS
        from domicile.apps.tasks.registry import register_daily

        messages.register_all()
        areas.register(areas.Carrier("compared_places", recoding.move))
        register_daily(retention.daily)
        upkeep.each_turn(jobs.wake)
        REMINDERS["comparisons"] = selectors.reminder
        TABLES.update(
            {
                "comparisons_comparison": _("comparisons with other registers"),
                "comparisons_comparedplace": _("places that comparisons are about"),
                "comparisons_part": _("what travels of a comparison"),
                "comparisons_likeness": _("people whom another register seems to have too"),
            }
        )
        ACTIONS.update(
            {
                records.PROPOSE: _("comparison proposed to another register"),
                records.RECEIVE: _("comparison proposed by another register"),
                records.ACCEPT: _("comparison accepted"),
                records.ACCEPTED: _("comparison accepted by the other register"),
                records.REFUSE: _("comparison declined"),
                records.STOP: _("comparison stopped"),
                records.FINISH: _("comparison done"),
                records.APART: _("somebody found by a comparison is not the same person"),
                records.ASK: _("other register asked about somebody found by a comparison"),
                records.SETTLE: _("somebody found by a comparison settled"),
                records.REOPEN: _("somebody found by a comparison put back into the list"),
                records.ERASE: _("comparisons erased, their time being over"),
            }
        )
        QUESTIONS.setdefault("comparison", _("compared with another register, without naming anybody"))
        QUESTIONS.setdefault("comparison_found", _("people found by a comparison with another register"))
        KINDS.update(
            {
                messages.PROPOSAL: _("comparison proposed"),
                messages.ANSWER: _("answer about a comparison"),
                messages.TOKENS: _("part of a comparison"),
                messages.DOUBLED: _("part of a comparison"),
                messages.STOPPED: _("comparison stopped"),
            }
        )
