"""A census of the synthetic county from the map to the published tables, in the census site: `domicile demo census`.

Everything goes the way that staff and households go: files are loaded, plans drawn and adopted, forms sent to a server that
runs. What was planted (households never reached, forms on two roads, forms of nobody) is known, so that what the survey of
coverage finds can be held against it.
"""
