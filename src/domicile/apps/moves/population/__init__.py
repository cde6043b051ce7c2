"""The floating population of areas on any past date, as known on any day (PE-4, PE-8): figures, nobody by name."""
