"""Moves between registers that run in processes of their own, over lines that fail in every way."""
