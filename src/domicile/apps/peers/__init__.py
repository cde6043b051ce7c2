"""Other registers: who they are, their keys, and signed messages to and from them (EX-3)."""
