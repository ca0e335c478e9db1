"""Addresses of jobs, money and statements."""

from django.urls import path

from outcomes.views import statements, work

urlpatterns = [
    path("participants/<str:reference>/work/", work.participant_work, name="participant_work"),
    path("participants/<str:reference>/money/", work.participant_money, name="participant_money"),
    path("participants/<str:reference>/jobs/new/", work.record_job, name="record_job"),
    path("jobs/<uuid:job_id>/end/", work.end_job, name="end_job"),
    path("jobs/<uuid:job_id>/correct/", work.correct_job, name="correct_job"),
    path("statements/", statements.statements, name="statements"),
    path("statements.csv", statements.statements_csv, name="statements_csv"),
    path("statements/<uuid:statement_id>/", statements.statement, name="statement"),
    path("statements/<uuid:statement_id>.csv", statements.statement_csv, name="statement_csv"),
]
