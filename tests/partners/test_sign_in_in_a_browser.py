"""Signing in, in Chromium: an app, codes, passkeys, an organisation's own sign-in; and nothing bars the way."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browsing import bars, leave_by, sign_in
from tests.cast import PASSWORD, Cast
from tests.partners.identity_service import running
from tests.partners.signing_in import agree


@pytest.fixture
def address(live_server: LiveServer, page: Page) -> str:
    """Passkeys work on localhost, not on a bare number."""
    return live_server.url.replace("127.0.0.1", "localhost")


def enter_password(cast: Cast, page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/account/login/")
    page.fill("[name=login]", cast.with_password(name))
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def with_a_passkey_device(page: Page) -> None:
    """A device that keeps passkeys and knows its owner's finger."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_an_app_is_set_up_at_the_first_sign_in(cast: Cast, page: Page, address: str) -> None:
    page.goto(f"{address}/account/login/")
    assert bars(page) == []
    enter_password(cast, page, address, "ada")
    expect(page.get_by_role("heading", name="Set up your second factor")).to_be_visible()
    assert bars(page) == []
    page.get_by_role("link", name="Set up an app").or_(
        page.get_by_role("button", name="Set up an app")
    ).click()
    page.get_by_text("The app cannot scan it").click()
    assert bars(page) == []
    page.fill("[name=code]", "000000")
    page.get_by_role("button", name="Set up the app").click()
    expect(page.get_by_role("alert")).to_contain_text("Incorrect code")
    secret = page.locator(".baton-secret").text_content() or ""
    page.fill("[name=code]", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.get_by_role("button", name="Set up the app").click()
    expect(page.locator(".baton-codes li")).to_have_count(10)
    assert bars(page) == []
    page.get_by_role("button", name="I have kept them").click()
    page.wait_for_url(f"{address}/serco/caseload/")


def test_a_passkey_is_added_and_then_signs_in_by_itself(cast: Cast, page: Page, address: str) -> None:
    with_a_passkey_device(page)
    enter_password(cast, page, address, "ada")
    leave_by(page.get_by_role("button", name="Add a passkey"))
    assert bars(page) == []
    page.get_by_label("What to call it").fill("Work laptop")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.locator(".baton-codes li")).to_have_count(10)
    page.goto(f"{address}/account/second-factor/passkeys/")
    expect(page.get_by_role("heading", name="Work laptop")).to_be_visible()
    expect(page.get_by_text("Signs you in by itself.")).to_be_visible()
    assert bars(page) == []
    page.goto(f"{address}/serco/caseload/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{address}/serco/caseload/")
    page.goto(f"{address}/account/passkey/again/?next=/serco/caseload/")
    assert bars(page) == []
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url(f"{address}/serco/caseload/")


def test_a_passkey_is_a_second_factor_beside_the_password(cast: Cast, page: Page, address: str) -> None:
    with_a_passkey_device(page)
    enter_password(cast, page, address, "ada")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_label("without my password").uncheck()
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("button", name="I have kept them").click()
    page.get_by_role("button", name="Sign out").click()
    enter_password(cast, page, address, "ada")
    assert bars(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{address}/serco/caseload/")


def test_a_passkey_of_nobody_here_says_so(cast: Cast, page: Page, address: str) -> None:
    with_a_passkey_device(page)
    page.goto(f"{address}/account/login/")
    expect(page.get_by_text("That did not work.")).to_be_hidden()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("That did not work.")).to_be_visible()
    assert bars(page) == []


def test_without_script_there_are_codes_and_no_dead_button(cast: Cast, page: Page, address: str) -> None:
    context = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    plain = context.new_page()
    code = cast.code("ada")
    enter_password(cast, plain, address, "ada")
    expect(plain.get_by_role("button", name="Use a passkey")).to_have_count(0)
    plain.fill("[name=code]", code)
    plain.get_by_role("button", name="Continue").click()
    plain.wait_for_url(f"{address}/serco/caseload/")
    context.close()


def test_the_pages_of_ones_own_account_bar_nobodys_way(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    sign_in(cast, page, live_server, "ada")
    for path in (
        "second-factor/",
        "second-factor/app/remove/",
        "second-factor/recovery-codes/new/",
        "second-factor/passkeys/add/",
        "code/again/",
        "password/change/",
        "signed-in/",
        "logout/",
        "organisation/",
    ):
        page.goto(f"{live_server.url}/account/{path}")
        assert bars(page) == [], path


def test_one_leaves_for_ones_organisation_and_comes_back(cast: Cast, page: Page, address: str) -> None:
    with running() as service:
        agree(cast, service, enforces_second_factor=True)
        service.claims = {"email": "ada@example.org", "email_verified": True, "auth_time": int(time.time())}
        page.goto(f"{address}/account/login/")
        page.get_by_role("link", name="Sign in with your organisation").click()
        page.get_by_label("Your e-mail address at work").fill("ada@example.org")
        leave_by(page.get_by_role("button", name="Continue"))
        assert bars(page) == []
        page.get_by_role("button", name="Renaisi, for Serco").click()
        page.wait_for_url(f"{address}/serco/caseload/")


def test_the_administrators_pages_bar_nobodys_way(cast: Cast, page: Page, live_server: LiveServer) -> None:
    with running() as service:
        agree(cast, service)
        sign_in(cast, page, live_server, "sara")
        renaisi = cast.organisation("renaisi")
        for path in (
            "sign-in/",
            f"sign-in/{renaisi}/",
            f"sign-in/{cast.organisation('i2i')}/",
            f"sign-in/{renaisi}/end/",
        ):
            page.goto(f"{live_server.url}/serco/{path}")
            assert bars(page) == [], path
        page.goto(f"{live_server.url}/serco/sign-in/{renaisi}/")
        page.get_by_label("Issuer").fill("http://example.org")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_contain_text("must begin with https://")
        assert bars(page) == []
