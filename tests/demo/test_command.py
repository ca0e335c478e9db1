"""`manage.py demo`: makes the workspaces once, more people on demand, and says who can sign in."""

import re
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from config.demo.codes import secret_of
from config.demo.people import ACCOUNTS, KEY, NOTICE, PASSWORD
from participants.models import Participant
from partners.models import Tenant, User
from partners.viewer import Viewer
from programmes.models import Contract, SupplyAgreement
from tests.cast import Cast, looking_as


def demo(*options: str, **named: Any) -> str:
    output = StringIO()
    call_command("demo", *options, stdout=output, **named)
    return output.getvalue()


def code(name: str) -> str:
    output = StringIO()
    call_command("code", name, stdout=output)
    return output.getvalue()


def people_in(tenant: Tenant) -> int:
    with looking_as(Viewer.system(tenant.pk, "test")):
        return Participant.objects.count()


def test_it_makes_two_workspaces_on_published_terms(db: None) -> None:
    assert demo("--participants", "40") == "Invented participants made: 40 for Serco, 1 for Ostrel Works.\n"
    serco, ostrel = Tenant.objects.get(slug="serco"), Tenant.objects.get(slug="ostrel")
    assert (serco.notice, people_in(serco), people_in(ostrel)) == (NOTICE, 40, 1)
    with looking_as(Viewer.system(serco.pk, "test")) as viewer:
        contracts = list(Contract.objects.all())
        assert len(contracts) == 3
        assert all(contract.starts_on.day == 1 for contract in contracts)
        assert all(695 <= (viewer.today - contract.starts_on).days <= 732 for contract in contracts)
    more_people_join_a_demo(serco)
    everybody_can_sign_in_with_the_printed_password()
    the_printed_key_opens_the_api()


def more_people_join_a_demo(serco: Tenant) -> None:
    demo("--participants", "20")
    assert people_in(serco) == 60


def everybody_can_sign_in_with_the_printed_password() -> None:
    table = demo("--sign-ins")
    assert all(account.email in table for account in ACCOUNTS)
    assert f"Password of all: {PASSWORD}" in table
    assert "Adviser, Larkmoor Skills (+1)" in table
    assert all(secret_of(account.email) in table for account in ACCOUNTS)
    client = Client()
    client.post("/account/login/", {"login": ACCOUNTS[0].email, "password": PASSWORD})
    assert client.get("/serco/performance/").status_code == 302
    client.post("/account/code/", {"code": code("ingrid").strip()})
    assert client.get("/serco/performance/").status_code == 200


def the_printed_key_opens_the_api() -> None:
    assert KEY in demo("--sign-ins")
    answer = Client().get("/serco/api/v1/referrals", headers={"authorization": f"Bearer {KEY}"})
    assert answer.status_code == 200


def test_the_code_of_a_person_is_asked_for_by_the_beginning_of_a_name() -> None:
    assert re.fullmatch(r"\d{6}\n", code("Ingrid"))
    assert (
        len({code("ingrid okafor"), code("ingrid.okafor@"), code("INGRID")}) <= 2
    )  # the half minute may turn
    with pytest.raises(CommandError, match="Which one: Ingrid Okafor, Callum Varga"):
        code("")
    with pytest.raises(CommandError, match="Nobody in the demo is called that"):
        code("Somebody")


def test_a_demo_made_before_there_were_codes_gets_them(db: None) -> None:
    user = User.objects.create_user(ACCOUNTS[0].email, PASSWORD)
    demo("--sign-ins")
    assert Authenticator.objects.get(user=user).wrap().validate_code(code("ingrid").strip())


def test_the_secrets_follow_from_the_password(settings: Any) -> None:
    with_the_usual = secret_of(ACCOUNTS[0].email)
    assert with_the_usual != secret_of(ACCOUNTS[1].email)
    settings.DEMO_PASSWORD = "another long pass phrase"
    assert secret_of(ACCOUNTS[0].email) != with_the_usual


def test_another_password_may_be_chosen(db: None, settings: Any) -> None:
    settings.DEMO_PASSWORD = "another long pass phrase"
    demo("--participants", "0")
    assert "Password of all: another long pass phrase" in demo("--sign-ins")
    assert Client().login(email=ACCOUNTS[0].email, password="another long pass phrase")


def test_a_larger_demo_has_larger_promises(db: None) -> None:
    from config.demo.people import CHAINS
    from config.demo.workspace import fill, make_tenant

    tenant = make_tenant(CHAINS[0])
    by = Viewer.system(tenant.pk, "test")
    with looking_as(by):
        fill(tenant, CHAINS[0], 20_000, by)
        agreement = SupplyAgreement.objects.get(organisation__slug="renaisi")
        assert agreement.capacity == 2_300


def test_where_a_workspace_exists_if_empty_does_nothing_and_says_nothing(cast: Cast) -> None:
    assert demo("--if-empty") == ""
    assert people_in(cast.serco) == 0
    assert not Tenant.objects.filter(slug="ostrel").exists()


def test_a_workspace_that_is_no_demo_is_left_alone(cast: Cast) -> None:
    with pytest.raises(CommandError, match="The workspace serco is not a demo: nothing was made"):
        demo("--participants", "5")
    assert people_in(cast.serco) == 0


def test_without_a_demo_nobody_is_named(cast: Cast) -> None:
    assert demo("--sign-ins").strip() == ""


def test_numbers_that_cannot_be_are_refused(db: None, settings: Any) -> None:
    with pytest.raises(CommandError, match="cannot be negative"):
        demo("--participants", "-1")
    settings.ALLOW_INVENTED_NUMBERS = False
    with pytest.raises(CommandError, match="BATON_INVENTED_NUMBERS=1"):
        demo()
