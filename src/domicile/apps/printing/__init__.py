"""Printed pages: a Typst template and plain data in, a PDF out."""
