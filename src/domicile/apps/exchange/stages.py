"""Stages of work on a batch, as tasks.Progress names them."""

# Work that leaves the state of the batch as it was until it is done: its stage is taken away at the end, or says FAILED.
CHECK, UNDO = "check", "undo"
FAILED = "_failed"
# A commit's own; `done` at the end.
COMMIT = ("read", "write", "index")
