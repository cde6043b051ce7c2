"""Addresses of certificates and of the residence permit. No name and no number stands in an address."""

from django.urls import path

from domicile.apps.certificates.views import certificates, permits, public

app_name = "certificates"
urlpatterns = [
    path("certificates/check", public.check, name="check"),
    path("certificates/keys.json", public.keys_json, name="keys"),
    path("certificates/revoked.json", public.revoked_json, name="revoked"),
    path("certificates/", certificates.desk, name="desk"),
    path("certificates/<uuid:pk>/", certificates.certificate, name="certificate"),
    path("certificates/<uuid:pk>/print/", certificates.print_certificate, name="print"),
    path("certificates/<uuid:pk>/renew/", certificates.Renew.as_view(), name="renew"),
    path("certificates/<uuid:pk>/revoke/", certificates.End.as_view(), name="end"),
    path("people/<uuid:pk>/certificate/", certificates.Issue.as_view(), name="issue"),
    path("residence-permit/", permits.guide, name="guide"),
    path("people/<uuid:pk>/residence-permit/", permits.Apply.as_view(), name="apply"),
    path("permits/<uuid:pk>/", permits.permit, name="permit"),
    path("permits/<uuid:pk>/step/", permits.Step.as_view(), name="step"),
    path("permits/<uuid:pk>/slip/", permits.slip, name="slip"),
]
