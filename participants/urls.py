"""The adviser's desk."""

from django.urls import path

from participants.views import caseload, contact, participant

urlpatterns = [
    path("caseload/", caseload.caseload, name="caseload"),
    path("caseload.csv", caseload.caseload_csv, name="caseload_csv"),
    path("participants/<str:reference>/", participant.participant, name="participant"),
    path("participants/<str:reference>/timeline/", participant.participant, name="participant_timeline"),
    path("participants/<str:reference>/contacts/new/", contact.log_contact, name="log_contact"),
]
