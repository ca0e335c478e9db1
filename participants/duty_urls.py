"""Data protection: requests, copies, erasures, holds, retention and sharing."""

from django.urls import path

from participants.views import data_copies, data_requests, data_rules

urlpatterns = [
    path("", data_requests.data_protection, name="data_protection"),
    path("requests/new/", data_requests.open_data_request, name="open_data_request"),
    path("requests/<str:reference>/", data_requests.data_request, name="data_request"),
    path("requests/<str:reference>/close/", data_requests.close_data_request, name="close_data_request"),
    path("requests/<str:reference>/extend/", data_requests.extend_data_request, name="extend_data_request"),
    path("requests/<str:reference>/erase/", data_requests.erase_participant, name="erase_participant"),
    path("requests/<str:reference>/copy/", data_copies.make_copy, name="make_copy"),
    path("requests/<str:reference>/copy/state/", data_copies.copy_state, name="copy_state"),
    path("requests/<str:reference>/copy/<str:section>/", data_copies.review_section, name="review_section"),
    path("copies/<uuid:copy_id>/<slug:kind>/", data_copies.copy_file, name="copy_file"),
    path("holds/", data_rules.legal_holds, name="legal_holds"),
    path("holds/new/", data_rules.place_hold, name="place_hold"),
    path("holds/<uuid:hold_id>/lift/", data_rules.lift_hold, name="lift_hold"),
    path("retention/", data_rules.retention_due, name="retention_due"),
    path("sharing/", data_rules.sharing_bases, name="sharing_bases"),
    path("sharing/new/", data_rules.record_sharing, name="record_sharing"),
    path("sharing/<uuid:basis_id>/end/", data_rules.end_sharing, name="end_sharing"),
]
