"""Every address. The tenant was taken off the front by partners.middleware.tenant_path."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path

from partners.accounts import first_of_all, own_account, removing, setting_up
from partners.second_factor import before_second_factor
from partners.sessions import signing_out
from partners.views import (
    csp_report,
    home,
    organisation_sign_in,
    second_factor_reset,
    sessions,
    sign_in_services,
)

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
    path("csp-report", csp_report.csp_report, name="csp_report"),
    # Of the account pages only these: nobody changes by themselves the address by which they are known.
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", before_second_factor(signing_out(account.logout)), name="account_logout"),
    path("account/signup/", account.signup, name="account_signup"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path(
        "account/password/change/",
        own_account(account.password_change),
        name="account_change_password",
    ),
    path("account/password/set/", own_account(account.password_set), name="account_set_password"),
    path("account/password/reset/", account.password_reset, name="account_reset_password"),
    path("account/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path("account/password/reset/key/", include([RESET_BY_KEY])),
    path(
        "account/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    # The second factor: giving it, setting one up, and keeping what one has.
    path("account/code/", mfa.authenticate, name="mfa_authenticate"),
    path("account/code/again/", before_second_factor(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("account/second-factor/", first_of_all(mfa.index), name="mfa_index"),
    path("account/second-factor/app/", setting_up(totp.activate_totp), name="mfa_activate_totp"),
    path(
        "account/second-factor/app/remove/",
        removing(totp.deactivate_totp),
        name="mfa_deactivate_totp",
    ),
    path(
        "account/second-factor/recovery-codes/",
        own_account(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/second-factor/recovery-codes/new/",
        own_account(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("account/passkey/sign-in/", login_not_required(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path(
        "account/passkey/again/",
        before_second_factor(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/second-factor/passkeys/add/", setting_up(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path(
        "account/second-factor/passkeys/",
        own_account(passkeys.list_webauthn),
        name="mfa_list_webauthn",
    ),
    path(
        "account/second-factor/passkeys/<int:pk>/name/",
        own_account(passkeys.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
    path(
        "account/second-factor/passkeys/<int:pk>/remove/",
        removing(passkeys.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path(
        "account/second-factor/reset/<str:token>/",
        second_factor_reset.follow_second_factor_link,
        name="follow_second_factor_link",
    ),
    path("account/signed-in/", sessions.signed_in, name="signed_in"),
    path("account/signed-in/<int:pk>/end/", sessions.end_session, name="end_session"),
    path("account/signed-in/end-others/", sessions.end_other_sessions, name="end_other_sessions"),
    # Signing in with an organisation's own identity service.
    path("account/organisation/", organisation_sign_in.find_organisation, name="find_organisation"),
    path(
        "account/organisation/<str:provider_id>/",
        organisation_sign_in.leave_for_service,
        name="openid_connect_login",
    ),
    path(
        "account/organisation/<str:provider_id>/back/",
        organisation_sign_in.come_back,
        name="openid_connect_callback",
    ),
    path("account/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("sign-in/", sign_in_services.sign_in_services, name="sign_in_services"),
    path("sign-in/<uuid:organisation_id>/", sign_in_services.sign_in_service, name="sign_in_service"),
    path(
        "sign-in/<uuid:organisation_id>/confirm/",
        sign_in_services.confirm_sign_in_service,
        name="confirm_sign_in_service",
    ),
    path(
        "sign-in/<uuid:organisation_id>/end/",
        sign_in_services.end_sign_in_service,
        name="end_sign_in_service",
    ),
    path("", include("partners.urls")),
    path("", include("outcomes.performance.urls")),
    path("", include("programmes.urls")),
    path("", include("referrals.urls")),
    path("", include("outcomes.urls")),
    path("api/v1/", include("referrals.api.urls")),
    path("api/v1/", include("outcomes.api.urls")),
    path("", include("participants.urls")),
]

# The pages for people, and problem details for the API.
handler400 = "partners.api.problems.bad_request"
handler403 = "partners.api.problems.permission_denied"
handler404 = "partners.api.problems.not_found"
handler500 = "partners.api.problems.server_error"
