"""What every browser test does: sign in, and look for what bars somebody's way."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page
from pytest_django.live_server_helper import LiveServer

from tests.cast import PASSWORD, Cast

# How much of what was on the screen has moved since the page began to come, as browsers count it.
JUMPED = """() => new Promise(tell => {
  let sum = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value; })
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => tell(sum), 300);
})"""


def sign_in(cast: Cast, page: Page, live_server: LiveServer, name: str) -> None:
    """Sign in by e-mail, password and a one-time code, and wait for the person's first page."""
    page.goto(f"{live_server.url}/account/login/")
    code = cast.code(name)
    page.fill("[name=login]", cast.with_password(name))
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.fill("[name=code]", code)
    page.click("main button[type=submit]")
    page.wait_for_url("**/serco/**")


def leave_by(link: Locator) -> None:
    """Press what leads to another page, and wait until that page stands: a click alone does not."""
    with link.page.expect_navigation():
        link.click()


def bars(page: Page) -> list[str]:
    """What axe finds on a laptop and on a phone, and where the page is wider than the screen."""
    found, was = [], page.viewport_size
    assert was is not None
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        found += [f"{violation['id']} at {width}" for violation in Axe().run(page).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"wider than the screen at {width}")
    page.set_viewport_size(was)
    return found


def jumps(page: Page) -> float:
    """How much of the page jumped while it came; 0 is nothing."""
    page.wait_for_load_state("networkidle")
    return float(page.evaluate(JUMPED))
