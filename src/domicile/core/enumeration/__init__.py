"""The forms of the census as data: one definition for phone, web page, paper, keying and columns.

    forms()["short"]                                       # its items, household and person, and what is asked back
    judged(form, content, moment)                          # faults and doubts of an answer
    xlsform(form, lists)                                   # the form for the ODK Collect app
    definition(form)                                       # the form for a browser

An answer's content is `{item: value, …, "persons": [{item: value, …}, …]}`: whole numbers for choices and counts, text otherwise,
no key for what was not answered. `minutes` stands beside the items where the road tells how long it took.
"""

from domicile.core.enumeration.checking import Doubt, Fault, Judged, age_at, judged
from domicile.core.enumeration.definition import definition
from domicile.core.enumeration.minutes import MINUTES, minutes_between, minutes_told, with_minutes
from domicile.core.enumeration.model import Choice, Form, Item, Question, Words, forms, items
from domicile.core.enumeration.paper import Difference, asked_words, compared, settled
from domicile.core.enumeration.phones import content_of, xlsform
from domicile.core.enumeration.survey import survey, survey_xlsform

__all__ = [
    "MINUTES", "Choice", "Difference", "Doubt", "Fault", "Form", "Item", "Judged", "Question", "Words", "age_at", "asked_words",
    "compared", "content_of", "definition", "forms", "items", "judged", "minutes_between", "minutes_told", "settled",
    "survey", "survey_xlsform", "with_minutes", "xlsform",
]  # fmt: skip
