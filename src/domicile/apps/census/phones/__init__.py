"""The road of enumerators (CE-6): forms on the ODK Collect app, with the households of the own areas to choose from."""
