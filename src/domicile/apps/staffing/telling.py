"""How the log of changes calls what happens to assessment and pay."""

from django.utils.translation import gettext_lazy as _

from domicile.apps.administration.telling import TABLES
from domicile.apps.administration.words import ACTIONS


def register_all() -> None:
    """Called once at start-up."""
    ACTIONS.update(
        {
            "staffing.assess": _("month assessed"),
            "staffing.object": _("objection to figures"),
            "staffing.answer_objection": _("objection answered"),
            "staffing.correct_figure": _("figures corrected"),
            "staffing.withdraw_correction": _("correction of figures taken back"),
            "staffing.close_month": _("assessed month closed"),
            "staffing.reopen_month": _("assessed month opened again"),
            "staffing.set_rate": _("rate of honoraria set"),
            "staffing.end_rate": _("rate of honoraria taken back"),
            "staffing.compute_pay": _("honoraria computed"),
            "staffing.adjust_pay": _("honoraria adjusted"),
            "staffing.withdraw_adjustment": _("adjustment of honoraria taken back"),
            "staffing.discard_pay": _("run of honoraria discarded"),
            "staffing.approve_pay": _("honoraria approved"),
            "staffing.pay_paid": _("honoraria noted as paid"),
            "staffing.erase_figures": _("figures of workers erased, their time being over"),
            "staffing.erase_statements": _("statements of honoraria erased, their time being over"),
        }
    )
    TABLES.update(
        {
            "staffing_assessedmonth": _("assessed months"),
            "staffing_figure": _("figures of workers"),
            "staffing_objection": _("objections"),
            "staffing_correction": _("corrections of figures"),
            "staffing_payrate": _("rates of honoraria"),
            "staffing_payrun": _("runs of honoraria"),
            "staffing_statement": _("statements of honoraria"),
            "staffing_payline": _("lines of statements"),
            "staffing_payadjustment": _("adjustments of statements"),
        }
    )
