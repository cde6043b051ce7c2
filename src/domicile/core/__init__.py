"""What domicile knows about people, places and time, apart from any database, network or clock.

Nothing in here imports Django, opens a file outside the package or reads today's date: dates of reference
(``today``) and sources of randomness come in as arguments.
"""
