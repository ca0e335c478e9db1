"""The pages about the workspace: which lead where, and the table of roles that is the documentation."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from partners.models import Organisation
from partners.permissions import GRANTS, PURPOSES, Permission, Role
from tests.cast import Cast
from tests.partners.placing import main_of

ROLES, WORKSPACE = "/serco/workspace/roles/", "/serco/workspace/"


@pytest.mark.parametrize("name", ["sara", "priya", "mona", "ada", "hana", "dee"])
def test_every_member_reads_the_table_and_finds_their_own_role(cast: Cast, name: str) -> None:
    page = cast.client(name).get(ROLES)
    assert page.status_code == 200
    text = main_of(page)
    assert text.count("Your role") == 1
    assert "Support staff have no window into any workspace" in text
    assert f'href="{ROLES}"' in page.content.decode()


def test_it_is_the_table_by_which_the_service_goes(cast: Cast) -> None:
    response = cast.client("ada").get(ROLES)
    shown = {
        (table["kind"].value, role, permission)
        for table in response.context["tables"]
        for permission, roles in table["permissions"]
        for role, may in roles
        if may
    }
    assert shown == {
        (kind, Role(role).label, permission.label)
        for (kind, role), granted in GRANTS.items()
        for permission in granted
    }
    text = main_of(response)
    assert all(kind.label in text for kind in Organisation.Kind)
    assert len(re.findall(r"<td[^>]*>Yes</td>", text)) == sum(map(len, GRANTS.values()))
    assert all(permission.label.replace("'", "&#x27;") in text for permission in Permission)
    assert all(purpose.replace("'", "&#x27;") in text for purpose in PURPOSES.values())


def test_nobody_else_reads_it(cast: Cast) -> None:
    assert cast.client("sam").get(ROLES).status_code == 404
    assert "/account/login/" in Client().get(ROLES)["Location"]
    assert cast.client("ada").post(ROLES).status_code == 405
    assert cast.client("ada").get("/workspace/roles/").status_code == 404


def test_the_workspace_page_leads_to_what_a_role_may_open(cast: Cast) -> None:
    prime, provider = (main_of(cast.client(name).get(WORKSPACE)) for name in ("sara", "mona"))
    for url_name in ("people", "invitations"):
        assert f'href="/serco{reverse(url_name)}"' in prime
        assert f'href="/serco{reverse(url_name)}"' in provider
    assert f'href="/serco{reverse("audit")}"' in prime
    assert f'href="/serco{reverse("audit")}"' not in provider


def test_it_stands_in_the_menu_of_those_for_whom_there_is_something(cast: Cast) -> None:
    for name, stands in (("sara", True), ("priya", True), ("mona", True), ("ada", False), ("hana", False)):
        page = cast.client(name).get(ROLES).content.decode()
        assert ('<a class="govuk-service-navigation__link" href="/serco/workspace/"' in page) == stands, name
    empty = cast.client("ada").get(WORKSPACE)
    assert empty.status_code == 200
    assert "Nothing here for your role" in empty.content.decode()
    assert cast.client("sam").get(WORKSPACE).status_code == 404
