"""Collection with the ODK Collect app: this server hands out forms and lists, and takes what was filled in.

Knows neither people nor dwellings: upper apps register forms and entity lists (`openrosa.registry`).
"""
