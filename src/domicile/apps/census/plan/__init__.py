"""What a census is: its moment, its area, its phases, what was ruled on the way, what was handed out (CE-1)."""
