"""The address of the page of all ledgers; each ledger's own stands with its app."""

from django.urls import path

from domicile.apps.screens.overview import ledgers

app_name = "screens"
urlpatterns = [path("ledgers/", ledgers, name="ledgers")]
