"""Addresses of the census, slice by slice. No name and no number of a person stands in an address."""

from domicile.apps.census.frame.urls import urlpatterns as frame
from domicile.apps.census.plan.urls import urlpatterns as plan
from domicile.apps.census.staff.urls import urlpatterns as staff

app_name = "census"
urlpatterns = [*frame, *plan, *staff]
