"""How the log of changes calls what happens to a census; each slice adds its own words here."""

from django.utils.translation import gettext_lazy as _

from domicile.apps.administration.telling import TABLES
from domicile.apps.administration.words import ACTIONS


def register_all() -> None:
    """Called once at start-up."""
    ACTIONS.update(
        {
            "census.read_frame": _("file of the frame read"),
            "census.load_frame": _("file of the frame loaded"),
            "census.undo_frame": _("file of the frame taken back"),
            "census.discard_frame": _("file of the frame thrown away"),
            "census.ask_division": _("plan of areas asked for"),
            "census.draw_division": _("plan of areas made"),
            "census.change_division": _("plan of areas changed by hand"),
            "census.adopt_division": _("plan of areas adopted"),
            "census.undo_adoption": _("adoption of a plan taken back"),
            "census.discard_division": _("plan of areas thrown away"),
            "census.undo": _("change undone"),
            "census.create": _("census planned"),
            "census.correct": _("census corrected"),
            "census.set_phases": _("days of phases set"),
            "census.rule": _("ruling made"),
            "census.correct_ruling": _("ruling corrected"),
            "census.move_supply": _("supplies handed out or given back"),
            "census.set_need": _("need of supplies set"),
            "census.recruit": _("somebody recruited for a census"),
            "census.correct_recruit": _("recruit corrected"),
            "census.sign_undertaking": _("undertaking of confidentiality noted"),
            "census.give_badge": _("badge of the census noted"),
            "census.cover_recruit": _("accident cover noted"),
            "census.drop_out": _("drop-out noted"),
            "census.assign": _("enumeration areas given"),
            "census.give_coverage": _("area given to be asked again"),
            "census.take_coverage": _("household of the coverage survey asked"),
            "census.draw_coverage": _("areas drawn to be asked again"),
            "census.bring_coverage": _("households of the coverage survey brought in"),
            "census.match_coverage": _("coverage survey compared with the census"),
            "census.decide_coverage": _("case of the coverage survey decided"),
        }
    )
    TABLES.update(
        {
            "census_building": _("buildings of the frame"),
            "census_stairwell": _("stairwells"),
            "census_way": _("pairs of neighbours"),
            "census_line": _("streets and lines"),
            "census_framefile": _("files of the frame"),
            "census_division": _("plans of areas"),
            "census_census": _("censuses"),
            "census_phase": _("phases of censuses"),
            "census_ruling": _("rulings"),
            "census_supply": _("supplies of censuses"),
            "census_need": _("needs of supplies"),
            "census_recruit": _("recruits of censuses"),
            "census_coveragesurvey": _("coverage surveys"),
            "census_coveragearea": _("areas of coverage surveys"),
            "census_coveragehousehold": _("households of coverage surveys"),
            "census_coveragecase": _("cases of coverage surveys"),
        }
    )
