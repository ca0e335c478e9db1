"""Takes the pictures of the README, of docs/contract-performance.md and of docs/advisers-guide.md from a running demo.

Signs in with the codes of `./baton code`.

`./baton run`, then `.venv/bin/python docs/take_pictures.py`; with names, those alone.

Needs the development packages (`./baton test` or `./baton check` installs them) and Chromium, named by CHROMIUM or
found on the path. Writes docs/pictures/*.png.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"
ADDRESS = os.environ.get("BATON_ADDRESS", "http://localhost:8000")
PASSWORD = os.environ.get("BATON_DEMO_PASSWORD", "hackney marshes at half past nine")
OPTIONS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass(frozen=True)
class Picture:
    """One page as one person sees it; steps are the links to follow, top what the picture begins with."""

    name: str
    person: str
    path: str
    width: int
    steps: tuple[str, ...] = ()
    top: str = "body"


# The main pages of docs/contract-performance.md and docs/advisers-guide.md, each on a laptop and on a phone.
FIGURES = (
    ("overview", "ingrid.okafor", "performance/"),
    ("cohorts", "ingrid.okafor", "performance/cohorts/"),
    ("comparison", "ingrid.okafor", "performance/comparison/"),
    ("subcontractor", "leila.brandt", "performance/"),
    ("people", "ingrid.okafor", "performance/people/?contract=inspiring-families&measure=job_outcomes"),
    ("figures", "fiona.abara", "figures/"),
    ("diary", "amara.pickering", "diary/"),
)
FIRST = ".baton-case__name"
# Of the guide, on a phone: which links lead there from the first person of the caseload, and what it begins with.
AT_THE_DESK = (
    ("contact-390", ("main a[href$='/contacts/new/']",), "main"),
    ("plan-390", ("a.baton-tabs__tab[href$='/plan/']",), ".baton-tabs"),
    ("assessment-390", ("a.baton-tabs__tab[href$='/assessments/']",), ".baton-tabs"),
    (
        "assess-390",
        ("a.baton-tabs__tab[href$='/assessments/']", "a[href*='/assessments/'][href$='/new/']"),
        "main",
    ),
)
PICTURES = (
    Picture(
        "caseload-phone",
        "amara.pickering@example.org",
        "/serco/caseload/?need=milestone_near",
        390,
        top=".baton-cases",
    ),
    Picture("participant", "amara.pickering@example.org", "/serco/caseload/", 1280, (".baton-case__name",)),
    *(
        Picture(name, "amara.pickering@example.org", "/serco/caseload/?sort=name", 390, (FIRST, *steps), top)
        for name, steps, top in AT_THE_DESK
    ),
    Picture("statement", "callum.varga@example.org", "/serco/statements/", 1280, ("main table tbody a",)),
    *(
        Picture(f"{name}-{width}", f"{person}@example.org", f"/serco/{path}", width)
        for name, person, path in FIGURES
        for width in (1280, 390)
    ),
)


def signed_in(browser: Browser, person: str) -> dict[str, Any]:
    """What a browser keeps once the person has signed in; a code is taken once, so each person signs in once."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{ADDRESS}/account/login/")
    page.locator("input[name=login]").fill(person)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    asked = subprocess.run([ROOT / "baton", "code", person], capture_output=True, text=True, check=True)
    page.locator("input[name=code]").fill(asked.stdout.strip())
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/serco/**")
    return dict(context.storage_state())


def take(browser: Browser, picture: Picture, state: dict[str, Any]) -> None:
    """Take one picture as the person whose browser kept the state."""
    height = 844 if picture.width < 500 else 900
    page = browser.new_page(
        viewport={"width": picture.width, "height": height},
        locale="en-GB",
        storage_state=state,  # type: ignore[arg-type]
    )
    page.goto(ADDRESS + picture.path)
    for selector in picture.steps:
        page.goto(f"{ADDRESS}{page.locator(selector).first.get_attribute('href')}")
    page.wait_for_load_state("networkidle")
    page.locator(picture.top).evaluate("element => element.scrollIntoView()")
    page.screenshot(path=FOLDER / f"{picture.name}.png")
    page.close()
    print(f"{picture.name}.png")


def main() -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        sys.exit("No Chromium: install it, or name it in CHROMIUM.")
    FOLDER.mkdir(exist_ok=True)
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*OPTIONS, *sandbox])
        people = {person: signed_in(browser, person) for person in {one.person for one in PICTURES}}
        wanted = set(sys.argv[1:])
        for picture in (one for one in PICTURES if not wanted or one.name in wanted):
            take(browser, picture, people[picture.person])
        browser.close()


if __name__ == "__main__":
    main()
