"""Pages of certificates and of the residence permit."""
