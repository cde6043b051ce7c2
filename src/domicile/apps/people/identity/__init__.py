"""One person, several ids (RV-3): two records that were found to be one person are linked, and the link is resolved on read.

Foreign keys stay: each id keeps its rows. The id that *stands* is the one that readers show; of all ids it alone has a
residence that goes on, a living household, and rows of visibility, so that lists and counts that begin with those have the
person once. Whoever reads rows of one person asks `ids_of` for all their ids; whoever is given an id asks `stands_for`.
"""

from domicile.apps.people.identity.reading import ids_of, ids_of_all, stands_for, stands_of

__all__ = ["ids_of", "ids_of_all", "stands_for", "stands_of"]
