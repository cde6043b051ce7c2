"""Work at the door: forms, patrols, visits, campaigns and back-checks (FO-3, FO-4, MO-7, RV-2)."""
