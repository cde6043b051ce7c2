"""Rules as data: an expression language with three values, judged on one record and written as SQL by one definition.

    model = read_model(yaml, "register.yaml", parameters, lists)    # records, columns, what is derived from others
    checks = read_checks(yaml, "people.yaml", model)                # what must hold, why, and what to do
    Records(model, rows, given).failing(checks, row)                # one record, in memory
    Script(model, checks, DUCKDB, given).preparing()                # a whole register, by an engine
    localise(record, edits, weights=…)                              # the fewest fields to change so that edits can hold
    impute(columns, items, classes=…)                               # values of other records for them

Free of engines and of any register: edits of a census stand on it as well as rules over people on file.
"""

from typing import TYPE_CHECKING

from domicile.core.at_use import loader
from domicile.core.editing.checks import Case, Check, Words, read_checks
from domicile.core.editing.dialects import DIALECTS, DUCKDB, POSTGRESQL, SPARK, SQLITE, Dialect
from domicile.core.editing.errors import RuleError
from domicile.core.editing.expressions import Type, Value
from domicile.core.editing.model import Model, read_model
from domicile.core.editing.parsing import Names, parse
from domicile.core.editing.running import Records, outcome
from domicile.core.editing.statements import Script, Statement
from domicile.core.editing.writing import written

if TYPE_CHECKING:
    from domicile.core.editing.imputing import Change, Imputed, impute
    from domicile.core.editing.localising import OTHER, Contradiction, Localisation, localise

__all__ = [
    "DIALECTS", "DUCKDB", "OTHER", "POSTGRESQL", "SPARK", "SQLITE", "Case", "Change", "Check", "Contradiction", "Dialect",
    "Imputed", "Localisation", "Model", "Names", "Records", "RuleError", "Script", "Statement", "Type", "Value", "Words",
    "impute", "localise", "outcome", "parse", "read_checks", "read_model", "written",
]  # fmt: skip
#: Where each stands. Rules are asked in every process of a register, which loads no NumPy for them.
_HOMES = {
    "imputing": ("Change", "Imputed", "impute"),
    "localising": ("OTHER", "Contradiction", "Localisation", "localise"),
}

__getattr__ = loader(__name__, _HOMES)
