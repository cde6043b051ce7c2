"""Back-checks: accepted records are asked about again by somebody else who does not see them; what differs is judged (RV-2)."""
