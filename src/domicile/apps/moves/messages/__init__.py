"""Moves between registers (EX-3): what is told to the register of the other end, and what comes from there.

The register of the place left keeps the order of the steps; that of the destination follows it, and asks it for steps of its
own (an arrival, a correction, a withdrawal). So no two ends can take steps that exclude each other, and while a line is cut
the keeper's record says who owns the person. How it goes in full: docs/develop/moves-between-registers.md.
"""
