"""The cards of a dwelling, a household and a person, and the collection form of a household, as printed pages."""
