"""Paper forms (CE-6): printed from the definition of the form, keyed at a keyboard, some of them twice."""
