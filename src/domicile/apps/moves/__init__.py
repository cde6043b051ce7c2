"""Moves: one thing with two ends, kept alike at both (MO-1 to MO-6, MO-8).

`models`: `Move` (its id the same in every register), two `MoveEnd` (what each end says), `MovePerson`, `MoveChange`
(each step, never rewritten; triggers hold it to the machine). `actions`: the steps, one module for each who takes
them. `applying`: the only place where a move writes who lives where. `messages`: what moves say to other registers
(docs/develop/moves-between-registers.md).

What holds everywhere: a person counts at the origin until the arrival is registered, or from the day that was said
where nobody at the destination can answer. `policies.in_reach` is the one question whether an end can speak for
itself. While a line is cut the origin owns the person until it lets go. What an end says is written to its own
`MoveEnd`. One `Change` a step, about the household that moves, so that each mover's history has it.
"""
