"""How days and times are written, the same in every language: 2026-11-22, as in the files that go in and out."""
