"""Addresses of the lists and pages of places."""

from django.urls import path

from domicile.apps.places import ledgers
from domicile.apps.places.views import changing, plates, reading

app_name = "places"
urlpatterns = [
    path("places/", ledgers.Buildings.as_view(), name="buildings"),
    path("places/streets/", ledgers.Streets.as_view(), name="streets"),
    path("places/plates/", ledgers.Plates.as_view(), name="plates"),
    path("places/orders/", ledgers.Orders.as_view(), name="orders"),
    path("places/orders/add/", plates.AddOrder.as_view(), name="add_order"),
    path("places/orders/<uuid:pk>/", plates.order, name="order"),
    path("places/orders/<uuid:pk>/mark/", plates.mark, name="mark"),
    path("places/orders/<uuid:pk>/cancel/", plates.cancel, name="cancel"),
    path("places/orders/<uuid:pk>/order.pdf", plates.order_pdf, name="order_pdf"),
    path("places/orders/<uuid:pk>/plates.pdf", plates.order_plates_pdf, name="order_plates_pdf"),
    path("places/codes/", plates.GiveOutCodes.as_view(), name="codes"),
    path("places/buildings/add/", changing.AddBuilding.as_view(), name="add_building"),
    path("places/buildings/<uuid:pk>/", reading.building, name="building"),
    path("places/buildings/<uuid:pk>/plates.pdf", plates.building_plates_pdf, name="building_plates_pdf"),
    path("places/buildings/<uuid:pk>/history/", reading.building_history, name="building_history"),
    path("places/buildings/<uuid:pk>/correct/", changing.CorrectBuilding.as_view(), name="correct_building"),
    path("places/buildings/<uuid:pk>/demolish/", changing.DemolishBuilding.as_view(), name="demolish_building"),
    path("places/buildings/<uuid:pk>/restore/", changing.RestoreBuilding.as_view(), name="restore_building"),
    path("places/buildings/<uuid:pk>/add-dwelling/", changing.AddDwelling.as_view(), name="add_dwelling"),
    path("places/dwellings/<uuid:pk>/history/", reading.dwelling_history, name="dwelling_history"),
    path("places/dwellings/<uuid:pk>/particulars/", changing.Particulars.as_view(), name="particulars"),
    path("places/dwellings/<uuid:pk>/correct/", changing.CorrectDwelling.as_view(), name="correct_dwelling"),
    path("places/dwellings/<uuid:pk>/demolish/", changing.DemolishDwelling.as_view(), name="demolish_dwelling"),
    path("places/dwellings/<uuid:pk>/restore/", changing.RestoreDwelling.as_view(), name="restore_dwelling"),
    path("places/dwellings/<uuid:pk>/add-address/", changing.AddAlias.as_view(), name="add_alias"),
    path("places/streets/<uuid:pk>/", reading.street, name="street"),
    path("places/streets/<uuid:pk>/rename/", changing.RenameStreet.as_view(), name="rename_street"),
    path("places/changes/<int:pk>/undo/", reading.undo, name="undo"),
]
