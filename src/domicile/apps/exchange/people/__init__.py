"""The people layout: from strings under headers to rows that can be stored."""
