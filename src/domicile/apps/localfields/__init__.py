"""Local fields (PE-7): typed fields for a stated service, approved a level above, published, with an end date."""
