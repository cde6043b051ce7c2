"""National code lists, area codes, identity documents, telephone numbers and the text they are typed in.

Modules: `identity` and `identity_columns` (documents, one and by the million), `phones`, `areas`, `lists`, `text`,
`dates`.
"""
