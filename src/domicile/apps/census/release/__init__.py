"""Tables of the census: made from records in a folder, published as files in another. It asks no database and no person."""
