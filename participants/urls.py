"""The adviser's desk."""

from django.urls import include, path

from participants.views import (
    appointment,
    caseload,
    contact,
    diary,
    document,
    handover,
    looks,
    number,
    participant,
    plan,
    restricted,
    safeguarding,
    safety,
)

urlpatterns = [
    path("caseload/", caseload.caseload, name="caseload"),
    path("caseload.csv", caseload.caseload_csv, name="caseload_csv"),
    path("participants/<str:reference>/", participant.participant, name="participant"),
    path("participants/<str:reference>/timeline/", participant.participant, name="participant_timeline"),
    path("participants/<str:reference>/looks/", looks.participant_looks, name="participant_looks"),
    path("participants/<str:reference>/contacts/new/", contact.log_contact, name="log_contact"),
    path(
        "participants/<str:reference>/appointments/",
        appointment.participant_appointments,
        name="participant_appointments",
    ),
    path(
        "participants/<str:reference>/appointments/book/",
        appointment.book_appointment,
        name="book_appointment",
    ),
    path("caseload/hand-over/", handover.give_people, name="give_people"),
    path("participants/<str:reference>/hand-over/", handover.give_one, name="give_one"),
    path("participants/<str:reference>/take-up/", handover.take_up, name="take_up"),
    path("diary/", diary.diary, name="diary"),
    path("diary/<uuid:appointment_id>/move/", appointment.move_appointment, name="move_appointment"),
    path("diary/<uuid:appointment_id>/outcome/", appointment.appointment_outcome, name="appointment_outcome"),
    path("participants/<str:reference>/plan/", plan.participant_plan, name="participant_plan"),
    path("participants/<str:reference>/plan/agree/", plan.agree_plan, name="agree_plan"),
    path("participants/<str:reference>/plan/mark/", plan.mark_plan, name="mark_plan"),
    path(
        "participants/<str:reference>/documents/",
        document.participant_documents,
        name="participant_documents",
    ),
    path("participants/<str:reference>/documents/new/", document.add_document, name="add_document"),
    path("documents/<uuid:document_id>/", document.document_file, name="document_file"),
    path("documents/<uuid:document_id>/remove/", document.remove_document, name="remove_document"),
    path(
        "documents/<uuid:document_id>/bring-back/", document.bring_document_back, name="bring_document_back"
    ),
    path("participants/<str:reference>/number/", number.reveal_number, name="reveal_number"),
    path("participants/<str:reference>/number/why/", number.unmask_number, name="unmask_number"),
    path("participants/<str:reference>/safety/", safety.participant_safety, name="participant_safety"),
    path("participants/<str:reference>/safety/restrict/", safety.raise_restriction, name="raise_restriction"),
    path("participants/<str:reference>/safety/name/", safety.name_person, name="name_person"),
    path("participants/<str:reference>/safety/named/<uuid:user_id>/", safety.end_naming, name="end_naming"),
    path("participants/<str:reference>/safety/lower/", safety.ask_lowering, name="ask_lowering"),
    path("participants/<str:reference>/safety/answer/", safety.answer_lowering, name="answer_lowering"),
    path("participants/<str:reference>/safety/measures/new/", safety.add_measure, name="add_measure"),
    path(
        "participants/<str:reference>/safety/measures/<uuid:measure_id>/",
        safety.end_measure,
        name="end_measure",
    ),
    path("participants/<str:reference>/concern/", safeguarding.raise_concern, name="raise_concern"),
    path("safeguarding/", safeguarding.safeguarding, name="safeguarding"),
    path("safeguarding/<uuid:report_id>/", safeguarding.safeguarding_report, name="safeguarding_report"),
    path(
        "safeguarding/<uuid:report_id>/acknowledge/",
        safeguarding.acknowledge_concern,
        name="acknowledge_concern",
    ),
    path("safeguarding/<uuid:report_id>/decide/", safeguarding.decide_concern, name="decide_concern"),
    path("restricted/", restricted.restricted_people, name="restricted_people"),
    path("restricted/<str:reference>/name/", restricted.name_for_restricted, name="name_for_restricted"),
    path("data-protection/", include("participants.duty_urls")),
]
