"""What listing, sample, answers, fieldwork and the quick count tell the engines at start-up: words of the logs."""

from django.utils.translation import gettext_lazy as _

from domicile.apps.administration.telling import TABLES
from domicile.apps.administration.words import ACTIONS, QUESTIONS
from domicile.apps.census.answers import deciding, receiving
from domicile.apps.census.coding import actions as coding
from domicile.apps.census.ending import actions as ending
from domicile.apps.census.ending import dropping
from domicile.apps.census.extract import writing
from domicile.apps.census.fieldwork import actions as fieldwork
from domicile.apps.census.listing import actions as listing
from domicile.apps.census.quickcount import comparing, counting
from domicile.apps.census.sample import drawing


def register_all() -> None:
    """Called once at start-up."""
    TABLES.update(
        {
            "census_dwelling": _("doors of the listing"),
            "census_household": _("households of the listing"),
            "census_answer": _("forms of households"),
            "census_call": _("visits at households"),
            "census_reinterview": _("interviews held again"),
            "census_sampledraw": _("draws of the sample"),
            "census_wording": _("texts to be coded"),
            "census_destruction": _("destruction of forms"),
        }
    )
    ACTIONS.update(
        {
            listing.LIST: _("listed"),
            listing.PLACE: _("building listed that the frame lacked"),
            listing.CHANGE: _("listing changed"),
            listing.CHECK: _("looked at again before enumeration"),
            listing.END: _("household taken off the list"),
            listing.UNDO_END: _("household put back on the list"),
            listing.SPLIT: _("household split"),
            receiving.RECEIVE: _("form came in"),
            deciding.COUNT: _("decided which form counts"),
            deciding.LEAVE: _("left the form that counts"),
            deciding.APART: _("form given to another household"),
            fieldwork.CALL: _("visit noted"),
            fieldwork.DRAW_AGAIN: _("households drawn to be asked again"),
            fieldwork.ASKED_AGAIN: _("household asked again"),
            drawing.DRAW: _("sample drawn"),
            counting.ASK: _("quick count asked for"),
            comparing.BRING: _("totals of another source brought in"),
            coding.GATHER: _("texts of forms taken to be coded"),
            coding.DECIDE: _("text coded"),
            ending.ASK: _("destruction of forms asked for"),
            ending.TAKE_BACK: _("request to destroy forms taken back"),
            ending.DESTROY: _("forms destroyed"),
            dropping.END: _("matching of forms ended: resident numbers go"),
            dropping.DROP: _("resident numbers of the census deleted"),
            writing.EXTRACT: _("records written for the tables"),
        }
    )
    QUESTIONS.update(
        {
            "listing": _("listing of a building"),
            "listing_book": _("listing book on paper"),
            "census_household": _("visits and forms of a household"),
            "answer": _("a form of the census"),
            "call_backs": _("households to come to again"),
            "stands_out": _("what stands out in an area"),
            "sample_frame": _("frame of the sample"),
            "quick_count": _("forms opened for main figures"),
            "quick_figures": _("main figures"),
            "extract": _("forms opened for the tables"),
            "coding_texts": _("texts of forms to be coded"),
            "coverage_matching": _("forms compared with the coverage survey"),
            "coverage_cases": _("cases of the coverage survey"),
            "drop_numbers": _("forms opened to delete resident numbers"),
        }
    )
