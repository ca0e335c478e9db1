"""The partner API, under api/v1/."""

from django.urls import path

from partners.api import pages
from referrals.api import views

urlpatterns = [
    path("referrals", views.Referrals.as_view(), name="api_referrals"),
    path("referrals/<str:reference>", views.OneReferral.as_view(), name="api_referral"),
    path("referrals/<str:reference>/answers", views.Answers.as_view(), name="api_answers"),
    path("schema/", pages.Description.as_view(), name="api_schema"),
    path("docs/", pages.documentation, name="api_docs"),
]
