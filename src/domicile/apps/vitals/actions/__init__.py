"""What staff can do to vital events. Each is applied at once or proposed (collect.actions.submit); another
register is answered at once.
"""

from domicile.apps.vitals.actions.adoptions import Adopt, adopt
from domicile.apps.vitals.actions.amending import Annul, CorrectEvent, annul, correct, correct_birth_day
from domicile.apps.vitals.actions.births import Birth, birth
from domicile.apps.vitals.actions.deaths import Death, death
from domicile.apps.vitals.actions.outside import answer_outside
from domicile.apps.vitals.actions.papers import AnswerQuestion, AskPlace, ShowPaper, answer, ask, show_paper
from domicile.apps.vitals.actions.unions import Divorce, Marry, divorce, marry

__all__ = [
    "Adopt", "Annul", "AnswerQuestion", "AskPlace", "Birth", "CorrectEvent", "Death", "Divorce", "Marry", "ShowPaper",
    "adopt", "annul", "answer", "answer_outside", "ask", "birth", "correct", "correct_birth_day", "death", "divorce", "marry",
    "show_paper",
]  # fmt: skip
