"""Reads an expression: once, with its types checked against the columns, parameters and code lists that there are.

    not (birth_date > $today) and relation in ('02', '10') and age(birth_date, $today) >= 18

Operators, the loosest first: or; and; not; = != < <= > >=, in, not in, between … and …, is missing, is known; + -; * /.
Values: 'text', 12, 1.5, date '2000-01-01', yes, no, missing. `$name` is a parameter, `@name` a code list.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from domicile.core.editing.errors import RuleError, nearest, refuse
from domicile.core.editing.expressions import (
    Binary,
    Call,
    Column,
    Expression,
    Literal,
    Missing,
    Negative,
    Not,
    OneOf,
    Parameter,
    Type,
    Value,
)
from domicile.core.editing.functions import FUNCTIONS

_TOKENS: Final = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|'(?P<text>(?:[^']|'')*)'|(?P<name>[$@]?[a-z_][a-z0-9_]*)
    |(?P<sign><=|>=|!=|[=<>+\-*/(),])|(?P<end>$))""",
    re.VERBOSE,
)
_WORDS: Final = frozenset({"and", "or", "not", "in", "between", "is", "missing", "known", "yes", "no", "date"})
_COMPARE: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})


@dataclass(frozen=True)
class Names:
    """What an expression may speak of."""

    columns: Mapping[str, Type]
    parameters: Mapping[str, Type] = field(default_factory=dict)
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)


class _Token(NamedTuple):
    kind: str  # number, text, name, sign, end
    text: str
    at: int


def parse(text: str, names: Names, where: str = "expression", *, wanted: Type | None = Type.BOOL) -> Expression:
    """The expression that `text` writes; `where` names it in errors. `wanted`: the type that it must have, None for any.

    Raises RuleError.
    """
    return _Parser(text, names, where).whole(wanted)


class _Parser:
    def __init__(self, text: str, names: Names, where: str) -> None:
        self.text, self.names, self.where = text, names, where
        self.tokens = self._tokens()
        self.next = 0

    def whole(self, wanted: Type | None) -> Expression:
        found = self._or()
        if self._token.kind != "end":
            raise self._error("this is one too many. Join conditions by and, or.", self._token.at)
        if wanted is not None and found.type is not wanted:
            raise self._error(f"this gives {found.type.value} where {wanted.value} is wanted.", 0)
        return found

    def _tokens(self) -> list[_Token]:
        found, at = [], 0
        while True:
            match = _TOKENS.match(self.text, at)
            if match is None:
                place = at + len(self.text[at:]) - len(self.text[at:].lstrip())
                raise self._error("this cannot be read. Text stands in 'single marks'.", place)
            kind = match.lastgroup or "end"
            start = match.start(kind) - (kind == "text")
            found.append(_Token(kind, match[kind], start))
            at = match.end()
            if kind == "end":
                return found

    @property
    def _token(self) -> _Token:
        return self.tokens[self.next]

    def _error(self, message: str, at: int) -> RuleError:
        return refuse(self.where, message, self.text, at)

    def _takes(self, *words: str) -> _Token | None:
        """The next token when it is one of these words or signs, gone past."""
        token = self._token
        if token.kind in ("name", "sign") and token.text in words:
            self.next += 1
            return token
        return None

    def _wants(self, word: str) -> None:
        if not self._takes(word):
            raise self._error(f"here {word} is missing.", self._token.at)

    # --- yes and no

    def _or(self) -> Expression:
        return self._joined("or", self._and)

    def _and(self) -> Expression:
        return self._joined("and", self._not)

    def _joined(self, word: str, part) -> Expression:  # type: ignore[no-untyped-def]
        at = self._token.at
        found: Expression = part()
        while self._takes(word):
            self._is(found, Type.BOOL, at)
            at = self._token.at
            right: Expression = part()
            self._is(right, Type.BOOL, at)
            found = Binary(word, found, right, Type.BOOL)
        return found

    def _not(self) -> Expression:
        if not self._takes("not"):
            return self._compared()
        at = self._token.at
        of = self._not()
        self._is(of, Type.BOOL, at)
        return Not(of)

    def _compared(self) -> Expression:
        at = self._token.at
        left = self._sum()
        if token := self._takes(*_COMPARE):
            right = self._sum()
            self._alike(left, right, token.at)
            if left.type is Type.BOOL and token.text not in ("=", "!="):
                raise self._error("yes and no are neither more nor less.", token.at)
            return Binary(token.text, left, right, Type.BOOL)
        if self._takes("is"):
            if self._takes("missing"):
                return Missing(left)
            self._wants("known")
            return Not(Missing(left))
        if self._takes("between"):
            return self._between(left, at)
        if self._takes("in"):
            return self._one_of(left)
        if self._token.text == "not" and self.tokens[self.next + 1].text == "in":
            self.next += 2
            return Not(self._one_of(left))
        return left

    def _between(self, left: Expression, at: int) -> Expression:
        low = self._sum()
        self._wants("and")
        high = self._sum()
        for end in (low, high):
            self._alike(left, end, at)
        if left.type is Type.BOOL:
            raise self._error("yes and no are neither more nor less.", at)
        return Binary("and", Binary(">=", left, low, Type.BOOL), Binary("<=", left, high, Type.BOOL), Type.BOOL)

    def _one_of(self, left: Expression) -> Expression:
        token = self._token
        if token.kind == "name" and token.text.startswith("@"):
            self.next += 1
            self._is(left, Type.TEXT, token.at)
            held = self.names.lists.get(token.text[1:])
            if not held:
                known = nearest(token.text[1:], self.names.lists)
                raise self._error(f"there is no code list {token.text[1:]}.{known}", token.at)
            return OneOf(left, tuple(sorted(held)))
        self._wants("(")
        values: list[Value] = []
        while True:
            at = self._token.at
            one = self._sum()
            if not isinstance(one, Literal) or one.value is None:
                raise self._error("a list holds values that are written out.", at)
            self._alike(left, one, at)
            values.append(one.value)
            if not self._takes(","):
                break
        self._wants(")")
        return OneOf(left, tuple(values))

    # --- numbers, texts, days

    def _sum(self) -> Expression:
        return self._counted(("+", "-"), self._product)

    def _product(self) -> Expression:
        return self._counted(("*", "/"), self._single)

    def _counted(self, signs: tuple[str, ...], part) -> Expression:  # type: ignore[no-untyped-def]
        at = self._token.at
        found: Expression = part()
        while token := self._takes(*signs):
            self._is(found, Type.NUMBER, at)
            at = self._token.at
            right: Expression = part()
            self._is(right, Type.NUMBER, at)
            found = Binary(token.text, found, right, Type.NUMBER)
        return found

    def _single(self) -> Expression:
        token = self._token
        if self._takes("-"):
            of = self._single()
            self._is(of, Type.NUMBER, token.at)
            return (
                Literal(-of.value, Type.NUMBER)
                if isinstance(of, Literal) and isinstance(of.value, float)
                else Negative(of)
            )
        if self._takes("("):
            found = self._or()
            self._wants(")")
            return found
        self.next += 1
        if token.kind == "number":
            return Literal(float(token.text), Type.NUMBER)
        if token.kind == "text":
            return Literal(token.text.replace("''", "'"), Type.TEXT)
        if token.kind == "name":
            return self._named(token)
        raise self._error("a value, a column or a bracket is missing here.", token.at)

    def _named(self, token: _Token) -> Expression:
        name = token.text
        if name in ("yes", "no"):
            return Literal(name == "yes", Type.BOOL)
        if name == "date" and self._token.kind == "text":
            return self._date()
        if name.startswith("$"):
            held = self.names.parameters.get(name[1:])
            if held is None:
                raise self._error(f"there is no parameter {name}.{nearest(name[1:], self.names.parameters)}", token.at)
            return Parameter(name[1:], held)
        if self._token.text == "(" and self._token.kind == "sign":
            return self._call(token)
        column = self.names.columns.get(name)
        if column is None or name in _WORDS:
            raise self._error(f"there is no column {name}.{nearest(name, self.names.columns)}", token.at)
        return Column(name, column)

    def _date(self) -> Expression:
        token = self._token
        self.next += 1
        try:
            return Literal(dt.date.fromisoformat(token.text), Type.DATE)
        except ValueError:
            raise self._error("a day is written date '2000-01-31'.", token.at) from None

    def _call(self, token: _Token) -> Expression:
        function = FUNCTIONS.get(token.text)
        if function is None:
            raise self._error(f"there is no function {token.text}.{nearest(token.text, FUNCTIONS)}", token.at)
        self._wants("(")
        arguments: list[Expression] = []
        for place, wanted in enumerate(function.takes):
            if place:
                self._wants(",")
            at = self._token.at
            argument = self._sum()
            self._is(argument, wanted, at)
            if place in function.constant and not _is_count(argument):
                raise self._error("here stands a whole number from 1 on, written out.", at)
            arguments.append(argument)
        self._wants(")")
        return Call(token.text, tuple(arguments), function.gives)

    # --- types

    def _is(self, found: Expression, wanted: Type, at: int) -> None:
        if found.type is not wanted:
            raise self._error(f"this is {found.type.value}; {wanted.value} is wanted.", at)

    def _alike(self, left: Expression, right: Expression, at: int) -> None:
        if left.type is not right.type:
            raise self._error(f"{left.type.value} and {right.type.value} cannot be compared.", at)


def _is_count(found: Expression) -> bool:
    value = found.value if isinstance(found, Literal) else None
    return isinstance(value, float) and value >= 1 and value == int(value)
