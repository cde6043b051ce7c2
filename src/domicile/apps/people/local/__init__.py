"""Local fields of persons and dwellings (PE-7): entered at the door, shown on their cards while they are in force."""
