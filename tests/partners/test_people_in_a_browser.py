"""The workspace's own pages in Chromium: nothing bars the way, and an invitation leads to a second factor."""

from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from partners.actions import membership
from tests.browsing import bars, sign_in
from tests.cast import PASSWORD, Cast
from tests.partners.placing import invited, link, newest_link
from tests.partners.test_second_factor_reset import reset
from tests.partners.test_sign_in_confirmed import waiting


def test_the_pages_bar_nobodys_way(cast: Cast, page: Page, live_server: LiveServer) -> None:
    invited(cast)
    newest_link()
    again = invited(cast, email="a.very.long.address.of.somebody@hackney-childrens-services.example.org")
    changed = membership.change_role(
        membership=cast.memberships["ada"], role="manager", reason="cover", by=cast.sara, at=cast.sara.now()
    )
    sign_in(cast, page, live_server, "sara")
    member, invitations = f"people/{changed.pk}/", "invitations/"
    for path in (
        "",
        "roles/",
        "people/",
        "people/?state=ended",
        member,
        f"{member}role/",
        f"{member}clearance/",
        f"{member}end/",
        f"{member}second-factor/",
        invitations,
        f"{invitations}?state=revoked",
        f"{invitations}new/",
        f"{invitations}{again.pk}/send/",
        f"{invitations}{again.pk}/revoke/",
    ):
        answer = page.goto(f"{live_server.url}/serco/workspace/{path}")
        assert answer is not None
        assert answer.status == 200, path
        assert bars(page) == [], path
    page.goto(f"{live_server.url}/serco/workspace/{invitations}new/")
    page.click("main .baton-form button")
    page.wait_for_selector(".govuk-error-summary")
    assert bars(page) == []


def test_a_sign_in_that_waits_and_a_reset_bar_nobodys_way(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    waiting(cast)
    waiting(cast, "dwp")
    sign_in(cast, page, live_server, "mona")
    for path in ("", f"{cast.organisation('renaisi')}/confirm/"):
        page.goto(f"{live_server.url}/serco/sign-in/{path}")
        assert bars(page) == [], path
    page.click("main .baton-form button")
    page.get_by_text("can now sign in with its own service").wait_for()
    cast.code("ada")
    page.goto(f"{live_server.url}/serco/workspace/people/{cast.memberships['ada'].pk}/second-factor/")
    page.get_by_text("They lost the device").click()
    page.click("main .baton-form button")
    page.get_by_text("An e-mail with a link is on its way to Ada.").wait_for()
    assert bars(page) == []
    page.context.clear_cookies()
    sign_in(cast, page, live_server, "sara")
    for path in ("", f"{cast.organisation('dwp')}/", f"{cast.organisation('dwp')}/confirm/"):
        page.goto(f"{live_server.url}/serco/sign-in/{path}")
        assert bars(page) == [], path


def test_whoever_lost_their_phone_comes_back_with_the_link(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    cast.code("ada")
    path = reset(cast)
    page.goto(f"{live_server.url}/account/login/")
    page.fill("[name=login]", cast.with_password("ada"))
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.get_by_role("heading", name="Open the link in your e-mail").wait_for()
    assert bars(page) == []
    page.goto(live_server.url + path)
    page.get_by_role("heading", name="Set up your second factor").wait_for()


def test_an_invitation_leads_to_an_account_and_a_second_factor(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    path = link(cast)
    page.goto(live_server.url + link(cast, email="ivo@example.org"))
    assert bars(page) == []
    page.goto(live_server.url + path)
    assert bars(page) == []
    page.fill("[name=name]", "Newt Barrow")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/account/second-factor/**")
    page.goto(live_server.url + path)
    assert page.get_by_role("heading", name="This link does not open anything").is_visible()
    assert bars(page) == []


def test_somebody_with_an_account_comes_back_to_the_invitation_and_joins(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    path = link(cast, email="ivo@example.org")
    page.goto(live_server.url + path)
    code = cast.code("ivo")
    page.get_by_role("button", name="Sign in to accept").click()
    page.fill("[name=login]", cast.with_password("ivo"))
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.fill("[name=code]", code)
    page.click("main button[type=submit]")
    page.get_by_text("You are signed in as Ivo").wait_for()
    assert bars(page) == []
    page.get_by_role("button", name="Accept").click()
    page.get_by_text("You have a place in Renaisi now.").wait_for()
