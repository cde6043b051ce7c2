"""What programs may read, each beginning with the areas and permissions of the token."""
