"""The state machine drawn: the page docs/develop/moves.md is this text and nothing else."""

from __future__ import annotations

from domicile.core.moves.machine import NEW, State, Step, states, steps

WHO = {
    "origin": "the origin",
    "destination": "the destination",
    "above": "a level above both",
    "rule": "by itself",
    "clock": "the day comes",
    "for_origin": "the destination, on the origin's paper",
    "for_destination": "the origin, on the destination's paper",
}
RESIDENCE = {
    "stays": "as it is",
    "to_destination": "the destination, from the day of arrival",
    "to_outside": "beyond this register, from the agreed day",
    "to_origin": "the origin",
    "as_before": "as before the arrival",
}
PAGE = """# How a move goes

Made from `src/domicile/core/moves/machine.yaml` by `python -m domicile.core.moves.drawing`; a test fails when the two differ.

The invariant stands in `core/moves/residence.py`: each day of a person has one usual residence that counts, never two, and
never none because of a move in progress; exactly one end owns the person.

```mermaid
{diagram}
```

## States

| state | 中文 | the person counts at | under way |
| --- | --- | --- | --- |
{states}

## Steps

| step | 中文 | from → to | who | needs | usual residence afterwards |
| --- | --- | --- | --- | --- | --- |
{steps}
"""


def page() -> str:
    """Return the whole page."""
    return PAGE.format(
        diagram=diagram(),
        states="\n".join(_state(state) for state in states().values()),
        steps="\n".join(_row(step) for step in steps().values()),
    )


def diagram() -> str:
    """Return the Mermaid state diagram; steps that stay in a state are left to the table."""
    lines = ["stateDiagram-v2"]
    for step in steps().values():
        for before, after in step.ways:
            if before != after:
                lines.append(f"    {before if before != NEW else '[*]'} --> {after}: {step.en}")
    lines += [f"    {key} --> [*]" for key, state in states().items() if not state.is_open]
    return "\n".join(lines)


def _state(state: State) -> str:
    owner = state.owner or "the origin where it is in reach and counts, else the destination"
    return f"| `{state.key}` {state.en} | {state.zh} | {owner} | {'yes' if state.is_open else 'no'} |"


def _row(step: Step) -> str:
    ways = ", ".join(f"{before or 'new'} → {after}" for before, after in step.ways)
    who = "; ".join(WHO[party] for party in step.who)
    needs = [*step.needs, *(f"`{key}` about the word of {WHO[end]} right before" for key, end in step.follows)]
    return f"| `{step.key}` {step.en} | {step.zh} | {ways} | {who} | {', '.join(needs) or '—'} | {RESIDENCE[step.residence]} |"


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201
