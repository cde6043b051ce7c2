"""Addresses for phones, and pages about phones and what they sent."""

from django.urls import path, re_path

from domicile.apps.collect.openrosa.views import phone, phones, submissions

app_name = "openrosa"
BASE = r"^v1/key/(?P<token>[^/]{1,200})/projects/1"
urlpatterns = [
    re_path(BASE + r"/formList$", phone.form_list, name="form_list"),
    re_path(BASE + r"/forms/(?P<form_id>[A-Za-z0-9_.-]{1,64})\.xml$", phone.form_xml, name="form_xml"),
    re_path(BASE + r"/forms/(?P<form_id>[A-Za-z0-9_.-]{1,64})/manifest$", phone.manifest, name="manifest"),
    re_path(
        BASE + r"/forms/(?P<form_id>[A-Za-z0-9_.-]{1,64})/attachments/(?P<name>[A-Za-z0-9_.-]{1,80})$",
        phone.attachment,
        name="attachment",
    ),
    re_path(BASE + r"/datasets/(?P<name>[A-Za-z0-9_-]{1,64})/integrity$", phone.integrity, name="integrity"),
    re_path(BASE + r"/submission$", phone.submission, name="submission"),
    path("collection/phones/", phones.Phones.as_view(), name="phones"),
    path("collection/phones/add/", phones.add, name="add_phone"),
    path("collection/phones/card/", phones.card, name="phone_card"),
    path("collection/phones/<uuid:pk>/", phones.phone, name="phone"),
    path("collection/phones/<uuid:pk>/stop/", phones.stop, name="stop_phone"),
    path("collection/phones/<uuid:pk>/end/", phones.end, name="end_phone"),
    path("collection/submissions/", submissions.Submissions.as_view(), name="submissions"),
    path("collection/submissions/<uuid:pk>/", submissions.submission, name="submission_page"),
    path("collection/submissions/<uuid:pk>/again/", submissions.again, name="process_again"),
    path("collection/submissions/<uuid:pk>/settle/", submissions.settle, name="settle"),
    path("collection/photos/<uuid:pk>/", submissions.photo, name="photo"),
]
