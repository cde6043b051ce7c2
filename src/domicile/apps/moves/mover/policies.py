"""What a mover can say of a move as it stands, and which step a word asks for."""

from typing import Final

from domicile.apps.moves import policies
from domicile.apps.moves.models import Move, Side
from domicile.apps.moves.mover.models import MoverWord
from domicile.apps.moves.policies import Ends
from domicile.apps.moves.selectors.candidates import EXPECTED

Wish = MoverWord.Wish
AREA: Final = 12
#: In which states of a move the mover can say what.
OFFERED: Final[dict[str, tuple[str, ...]]] = {
    Wish.ARRIVED: EXPECTED,
    Wish.ELSEWHERE: ("declared", "told", "away", "lapsed"),
    Wish.NOT_GOING: ("declared", "told"),
    Wish.BACK: ("told", "away", "arrived"),
}
#: The step that a word asks for; the destination's worker takes the first, the origin's the others.
STEPS: Final[dict[str, str]] = {
    Wish.ARRIVED: "arrive",
    Wish.ELSEWHERE: "change_destination",
    Wish.NOT_GOING: "cancel",
    Wish.BACK: "return",
    Wish.LEAVING: "declare",
}


def wishes(move: Move) -> list[str]:
    """What the mover can say now; nothing once the move has ended."""
    return [wish for wish, states in OFFERED.items() if move.state in states]


def another_area(ends: Ends, to_code: str) -> bool:
    """Whether they came to another area than was declared, where somebody was told to expect them."""
    expected = ends.destination.code
    return bool(to_code and expected) and policies.in_reach(expected) and to_code[:AREA] != expected[:AREA]


def step_of(word: MoverWord, ends: Ends | None) -> str:
    """The step that a word asks for: who came elsewhere than was said is first announced there."""
    if word.wish == Wish.ARRIVED and ends is not None and another_area(ends, word.to_code):
        return "change_destination"
    return STEPS[word.wish]


def waits_at(wish: str, ends: Ends, to_code: str) -> str:
    """The place whose staff takes the word up."""
    destination = ends.of(Side.DESTINATION).code
    if wish == Wish.ARRIVED and destination and policies.in_reach(destination) and not another_area(ends, to_code):
        return destination
    return ends.of(Side.ORIGIN).code or destination


def still_asks(word: MoverWord) -> bool:
    """Whether the step that it asks for could still be taken as the move stands."""
    if word.outcome:
        return False
    return word.move is None if word.wish == Wish.LEAVING else word.move.state in OFFERED[word.wish]  # type: ignore[union-attr]
