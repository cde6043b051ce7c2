"""What goes between this register and other programs, as plain documents: nothing here sends or stores anything."""
