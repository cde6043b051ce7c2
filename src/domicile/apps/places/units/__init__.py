"""Units (实有单位, PL-7): firms, shops, schools and offices at an address, and the nine small-place kinds."""
