"""What asks for two people: an administrator does not give clearance or their own role to whom they let in."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from partners.actions import membership as actions
from partners.invitations import let_in_by
from partners.models import Membership
from partners.places import places_of
from tests.cast import Cast, looking_as
from tests.partners.placing import accept, ended, joined, link, main_of, new_place, places_in_serco, told

Gift = Callable[[Cast, str, str], Membership]


def clear(cast: Cast, name: str, by: str) -> Membership:
    viewer = getattr(cast, by)
    place = cast.memberships[name]
    return actions.change_clearance(
        membership=place, cleared=True, reason="needed", by=viewer, at=viewer.now()
    )


def make_administrator(cast: Cast, name: str, by: str) -> Membership:
    viewer = getattr(cast, by)
    place = cast.memberships[name]
    return actions.change_role(
        membership=place, role="administrator", reason="cover", by=viewer, at=viewer.now()
    )


@pytest.fixture
def twin(cast: Cast) -> Cast:
    """Sara let in Twin, perhaps a second address of her own; Otto is administrator besides her."""
    new_place(cast, "otto", "serco", "administrator")
    joined(cast, "twin", "serco", "performance_manager", by="sara")
    return cast


@pytest.mark.parametrize("gift", [clear, make_administrator])
def test_whoever_let_somebody_in_gives_them_neither(twin: Cast, gift: Gift) -> None:
    with pytest.raises(actions.LetInByYou, match="another administrator of the prime decides"):
        gift(twin, "twin", "sara")
    gift(twin, "twin", "otto")
    assert "no_other_administrator" not in told(twin)[-1].facts


@pytest.mark.parametrize("gift", [clear, make_administrator])
def test_where_there_is_no_other_administrator_one_is_enough_and_the_event_says_so(
    twin: Cast, gift: Gift
) -> None:
    ended(twin, "otto")
    gift(twin, "twin", "sara")
    assert told(twin)[-1].facts["no_other_administrator"] is True


def test_whoever_would_get_it_is_no_second_person_themself(cast: Cast) -> None:
    joined(cast, "twin", "serco", "viewer", by="sara")
    cast.memberships["twin"] = make_administrator(cast, "twin", "sara")
    clear(cast, "twin", "sara")
    assert told(cast)[-1].facts["no_other_administrator"] is True


def test_letting_somebody_in_through_another_is_letting_them_in(twin: Cast) -> None:
    joined(twin, "agent", "renaisi", "manager", by="sara")
    joined(twin, "shade", "renaisi", "adviser", by="agent")
    with pytest.raises(actions.LetInByYou):
        clear(twin, "shade", "sara")
    clear(twin, "shade", "otto")


def test_two_who_let_each_other_in_do_not_hide_who_let_them_in_first(twin: Cast) -> None:
    joined(twin, "agent", "renaisi", "manager", by="sara")
    joined(twin, "shade", "i2i", "manager", by="sara")
    for name, by, slug in (("shade", "agent", "renaisi"), ("agent", "shade", "i2i")):
        again = link(twin, by=by, email=f"{name}@example.org", organisation=twin.organisations[slug])
        accept(twin, name, again)
    with pytest.raises(actions.LetInByYou):
        clear(twin, "agent", "sara")


def test_an_end_that_is_planned_leaves_nobody_alone(twin: Cast) -> None:
    with looking_as(twin.system()):
        Membership.objects.filter(pk=twin.memberships["otto"].pk).update(ended_on=date(2099, 1, 1))
    with pytest.raises(actions.LetInByYou):
        clear(twin, "twin", "sara")


def test_whom_another_administrator_let_in_is_theirs_to_answer_for(twin: Cast) -> None:
    twin.memberships["twin"] = make_administrator(twin, "twin", "otto")
    joined(twin, "neil", "renaisi", "adviser", by="twin")
    with looking_as(twin.system()):
        assert let_in_by(twin.users["neil"].pk) == {twin.users["twin"].pk}
        assert let_in_by(twin.users["mona"].pk) == set()
    clear(twin, "neil", "sara")


def test_everything_else_goes_on_as_before(twin: Cast) -> None:
    sara = twin.sara
    finance = actions.change_role(
        membership=twin.memberships["twin"], role="finance", reason="cover", by=sara, at=sara.now()
    )
    twin.memberships["twin"] = finance
    twin.memberships["twin"] = clear(twin, "twin", "otto")
    actions.change_clearance(
        membership=twin.memberships["twin"], cleared=False, reason="security", by=sara, at=sara.now()
    )
    assert [place.cleared for place in places_of(twin.users["twin"].pk)] == [False]


def test_the_page_says_why_not(twin: Cast) -> None:
    address = f"/serco/workspace/people/{twin.memberships['twin'].pk}"
    refused = twin.client("sara").post(f"{address}/clearance/", {"reason": "needed"})
    assert refused.status_code == 422
    assert "You let this person in" in main_of(refused)
    refused = twin.client("sara").post(f"{address}/role/", {"role": "administrator", "reason": "cover"})
    assert "You let this person in" in main_of(refused)
    assert len(places_in_serco(twin, "twin")) == 1


def test_a_change_of_role_keeps_the_organisation_in_which_somebody_works(cast: Cast) -> None:
    place = new_place(cast, "ada", "serco-delivery", "adviser")
    ada: Client = cast.client("ada")
    roles = "/serco/workspace/roles/"
    assert ada.get(roles).context["membership"].organisation_name == "Renaisi"
    ada.post("/serco/places/choose/", {"place": str(place.pk)})
    actions.change_role(membership=place, role="manager", reason="cover", by=cast.sara, at=cast.sara.now())
    here = ada.get(roles).context["membership"]
    assert (here.organisation_name, here.role) == ("Serco Delivery", "manager")
