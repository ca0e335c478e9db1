"""Every address. The tenant was taken off the front by partners.middleware.tenant_path."""

from allauth.account import views as account
from django.urls import include, path, re_path

from partners.views import home

RESET_BY_KEY = re_path(
    r"^(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
    account.password_reset_from_key,
    name="account_reset_password_from_key",
)

urlpatterns = [
    path("", home.home, name="home"),
    path("places/", home.places, name="places"),
    path("places/choose/", home.choose_place, name="choose_place"),
    path("healthz", home.healthz, name="healthz"),
    # Of the account pages only these: nobody changes by themselves the address by which they are known.
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/signup/", account.signup, name="account_signup"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/password/change/", account.password_change, name="account_change_password"),
    path("account/password/set/", account.password_set, name="account_set_password"),
    path("account/password/reset/", account.password_reset, name="account_reset_password"),
    path("account/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path("account/password/reset/key/", include([RESET_BY_KEY])),
    path(
        "account/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
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
