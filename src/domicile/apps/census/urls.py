"""Addresses of the census, slice by slice. No name and no number of a person stands in an address."""

from domicile.apps.census.coding.urls import urlpatterns as coding
from domicile.apps.census.coverage.urls import urlpatterns as coverage
from domicile.apps.census.ending.urls import urlpatterns as ending
from domicile.apps.census.fieldwork.urls import urlpatterns as fieldwork
from domicile.apps.census.frame.urls import urlpatterns as frame
from domicile.apps.census.keying.urls import urlpatterns as keying
from domicile.apps.census.listing.urls import urlpatterns as listing
from domicile.apps.census.plan.urls import urlpatterns as plan
from domicile.apps.census.quickcount.urls import urlpatterns as quickcount
from domicile.apps.census.sample.urls import urlpatterns as sample
from domicile.apps.census.selfenum.urls import urlpatterns as selfenum
from domicile.apps.census.staff.urls import urlpatterns as staff

app_name = "census"
urlpatterns = [
    *frame,
    *plan,
    *listing,
    *sample,
    *fieldwork,
    *quickcount,
    *coverage,
    *coding,
    *ending,
    *selfenum,
    *keying,
    *staff,
]
