"""Every address. The tenant was taken off the front by partners.middleware.tenant_path."""

from django.urls import include, path

from partners.views import home

urlpatterns = [
    path("", home.home, name="home"),
    path("places/", home.places, name="places"),
    path("places/choose/", home.choose_place, name="choose_place"),
    path("healthz", home.healthz, name="healthz"),
    path("account/", include("allauth.account.urls")),
    path("", include("outcomes.performance.urls")),
    path("", include("programmes.urls")),
    path("", include("referrals.urls")),
    path("", include("outcomes.urls")),
    path("api/v1/", include("referrals.api.urls")),
    path("", include("participants.urls")),
]

# The pages for people, and problem details for the API.
handler400 = "partners.api.problems.bad_request"
handler403 = "partners.api.problems.permission_denied"
handler404 = "partners.api.problems.not_found"
handler500 = "partners.api.problems.server_error"
