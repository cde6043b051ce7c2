"""The small layouts: up to some hundred thousand rows, read one by one and written in bulk."""
