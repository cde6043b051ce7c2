"""The dated rules in words: what each is called, in what it is counted, and whence it comes."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GROUPS: dict[str, str | Promise] = {
    "retention": _("How long records are kept"),
    "deadlines": _("Deadlines"),
    "accounts": _("Sign-in and sessions"),
}
RULES: dict[str, str | Promise] = {
    "retention.desk_log_months": _("Register of the query desk"),
    "retention.left_person_months": _("Card of a person who left and is not registered here"),
    "retention.remark_months": _("Remark on a card"),
    "retention.access_log_months": _("Log of looks"),
    "retention.import_file_days": _("Original of an import, during which it can be undone"),
    "retention.submission_days": _("Form that a phone sent, as it was sent"),
    "retention.photo_original_days": _("Photo as the phone sent it"),
    "retention.task_months": _("Closed task and its tries"),
    "retention.assessment_months": _("Figures of a worker for a month, after the month was closed"),
    "retention.pay_months": _("Statement of honoraria, after the run was paid; its sums stay without names"),
    "retention.visit_months": _("Visit of a dwelling"),
    "retention.patrol_months": _("Round of a building and what was found"),
    "retention.certificate_months": _(
        "Certificate after its last day; application for a residence permit after it was over"
    ),
    "retention.outside_request_months": _("Question about a person to another area, after it ended"),
    "retention.comparison_days": _("Comparison with another register, after it ended, and who was found by it"),
    "retention.vital_question_months": _("Question to or from another place about a birth, after its answer"),
    "retention.vital_error_months": _("Vital event that was registered in error"),
    "retention.move_months": _("Ended move; whoever was announced by another register and never came"),
    "retention.mover_word_months": _(
        "What a mover said by code, after staff have seen to it, or else after the last day of the code"
    ),
    "retention.message_days": _("What a message to or from another register says, after it was dealt with"),
    "retention.list_months": _("What a list from outside says, and what was decided about it"),
    "retention.abandoned_import_days": _("Import that was neither taken over nor discarded"),
    "retention.finding_months": _("Finding of the rules, after the record was put right"),
    "retention.cleanup_months": _("Cases of a registration clean-up, after the round was closed"),
    "deadlines.ask_working_days": _("Asking the place of registration after an arrival"),
    "deadlines.answer_working_days": _("Answering such a question"),
    "deadlines.notify_working_days": _("Telling the other end of a change"),
    "deadlines.complaint_working_days": _("Answering a resident's complaint or challenge"),
    "accounts.failures_before_lockout": _("Failed sign-ins after which an account is locked"),
    "accounts.lockout_minutes": _("How long a locked account stays locked"),
    "accounts.idle_minutes": _("A session without a click ends after"),
    "accounts.session_hours": _("A session ends in any case after"),
    "accounts.sessions_at_once": _("Sessions of one account at the same time"),
    "accounts.password_length": _("Least length of a password"),
    "accounts.second_administrator_days": _("An administrator who was shut out still counts as a second one for"),
}
UNITS: dict[str, str | Promise] = {
    "months": _("months"),
    "days": _("days"),
    "working days": _("working days"),
    "minutes": _("minutes"),
    "hours": _("hours"),
    "failures": _("failures"),
    "sessions": _("sessions"),
    "characters": _("characters"),
}
SOURCES: dict[str, str | Promise] = {
    "The product's own value, so that what comes back within a year is known again.": _(
        "The product's own value, so that what comes back within a year is known again."
    ),
    "The product's own value; three half-yearly comparisons, so that what was answered is known again.": _(
        "The product's own value; three half-yearly comparisons, so that what was answered is known again."
    ),
    "The product's own value; as long as both ends may still ask about a move.": _(
        "The product's own value; as long as both ends may still ask about a move."
    ),
    "Rules of query desks; two years.": _("Rules of query desks; two years."),
    "Practice of floating-population cards; three years.": _("Practice of floating-population cards; three years."),
    "The product's own value; remarks are visible to the resident and end.": _(
        "The product's own value; remarks are visible to the resident and end."
    ),
    "The product's own value; two years of assessments and statements can be checked against it.": _(
        "The product's own value; two years of assessments and statements can be checked against it."
    ),
    "The product's own value, as long as statements of honoraria.": _(
        "The product's own value, as long as statements of honoraria."
    ),
    "The product's own value, longer than the two years for which the interim provisions on the payment of wages (1994, "
    "article 6) have payments to each worker kept; vouchers are kept by the paying office.": _(
        "The product's own value, longer than the two years for which the interim provisions on the payment of wages "
        "(1994, article 6) have payments to each worker kept; vouchers are kept by the paying office."
    ),
    "The product's own value, longer than cards of people who left, so that a late question finds its answer.": _(
        "The product's own value, longer than cards of people who left, so that a late question finds its answer."
    ),
    "The product's own value, as long as other questions about a person between areas.": _(
        "The product's own value, as long as other questions about a person between areas."
    ),
    "The product's own value; until the census that the clean-up went before is published.": _(
        "The product's own value; until the census that the clean-up went before is published."
    ),
    "The product's own value, as long as cards of people who left.": _(
        "The product's own value, as long as cards of people who left."
    ),
    "The product's own value, not shorter than the desk register.": _(
        "The product's own value, not shorter than the desk register."
    ),
    "The product's own value.": _("The product's own value."),
    "Practice of two-way cooperation on floating population between areas.": _(
        "Practice of two-way cooperation on floating population between areas."
    ),
    "The product's own promise to residents.": _("The product's own promise to residents."),
    "GB/T 22239-2019, identification of users; value chosen by the product.": _(
        "GB/T 22239-2019, identification of users; value chosen by the product."
    ),
    "GB/T 22239-2019, session time-out; value chosen by the product.": _(
        "GB/T 22239-2019, session time-out; value chosen by the product."
    ),
    "The product's own value; a working day with its breaks.": _(
        "The product's own value; a working day with its breaks."
    ),
    "GB/T 22239-2019, limit of concurrent sessions; desk and phone.": _(
        "GB/T 22239-2019, limit of concurrent sessions; desk and phone."
    ),
    "The product's own value; long enough for somebody who was shut out to notice.": _(
        "The product's own value; long enough for somebody who was shut out to notice."
    ),
    "The product's own value; length instead of rules about kinds of characters.": _(
        "The product's own value; length instead of rules about kinds of characters."
    ),
    "Practice of correcting registration items; names at the county, sex and birth date a level above.": _(
        "Practice of correcting registration items; names at the county, sex and birth date a level above."
    ),
    "The product's own matrix after the duties of its users; least rights for each duty.": _(
        "The product's own matrix after the duties of its users; least rights for each duty."
    ),
}
LEVELS: dict[str, str | Promise] = {
    "grid": _("Grid"),
    "community": _("Village or community"),
    "township": _("Township or street office"),
    "county": _("County"),
    "prefecture": _("Prefecture"),
    "province": _("Province"),
}
ITEMS: dict[str, str | Promise] = {
    "education": _("education"),
    "marital": _("marital status"),
    "phones": _("phones"),
    "remark": _("remark"),
    "relation": _("relation to the head"),
    "former_names": _("former names"),
    "inflow_date": _("day of arrival"),
    "inflow_reason": _("reason of arrival"),
    "dwelling": _("dwelling"),
    "dwelling_use": _("use of a dwelling"),
    "building": _("building"),
    "street": _("street"),
    "rental": _("rental"),
    "unit": _("unit"),
    "owner": _("owner of a dwelling"),
    "first_name": _("name of a newborn"),
    "parents": _("parents"),
    "died_on": _("death"),
    "registered_address": _("registered address"),
    "registered_area": _("area of registration"),
    "document_type": _("kind of document"),
    "document_number": _("identity number"),
    "name": _("name"),
    "sex": _("sex"),
    "birth_date": _("birth date"),
}
PAPERS: dict[str, str | Promise] = {
    "identity_document": _("identity document"),
    "household_register": _("household register"),
    "court_decision": _("court decision"),
    "hospital_certificate": _("hospital certificate"),
    "birth_certificate": _("birth certificate"),
    "transfer_paper": _("transfer paper"),
    "death_certificate": _("death certificate"),
}
