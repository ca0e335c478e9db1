"""Participants of the demo who have a page of their own: how they rated their last contact, and what they sent."""

from datetime import timedelta
from random import Random
from typing import Any, Final

from config.demo.safety import viewer_at
from participants import own_page
from participants.actions import own_page as pages
from participants.models import Assignment, OwnPage
from partners.models import Membership, Tenant
from partners.viewer import Viewer

# Whose people, and how many of each look at their page.
ADVISERS: Final = ("amara.pickering", "joss.adeyinka", "kieran.matsuda")
MOST: Final = 15
# From 1 to 5, by how often.
SCORES: Final = (1, 1, 3, 9, 10)
WORDS: Final = {
    5: "She rang back when she said she would.",
    3: "It was all right, a bit of a rush.",
    2: "I waited half an hour.",
}
SENT: Final[tuple[dict[str, Any], ...]] = (
    {"words": "Could we meet on Thursday instead? The school is closed on Wednesday."},
    {"phone": "+447700900456"},
    {"words": "I got the interview!"},
)


def let_them_look(by: Viewer, seed: int) -> int:
    """Let the advisers make links with their people, who rate and write by the real actions. Returns how many rated."""
    chance, tenant = Random(f"own pages {seed}"), Tenant.objects.get(pk=by.tenant_id)
    places = Membership.objects.filter(ended_on=None).select_related("user", "organisation")
    rated = 0
    for place in places.filter(user__email__in=[f"{name}@example.org" for name in ADVISERS]):
        held = Assignment.objects.in_force(by.today).filter(adviser=place.user_id, ends_on=None)
        people = held.select_related("participant", "contract").order_by("participant", "contract")
        sent = iter(SENT)
        for one in people.distinct("participant")[:MOST]:
            page = pages.make(
                participant=one.participant,
                contract=one.contract,
                number=f"40{chance.randint(2000, 8999)}",
                by=viewer_at(place, by),
                at=by.now() - timedelta(hours=2),
            ).page
            if own_page.to_rate(page, tenant):
                _rate(page, own_page.viewer(page, tenant, ""), chance)
                rated += 1
                if said := next(sent, None):
                    participant = own_page.viewer(page, tenant, "")
                    pages.send(page=page, **said, by=participant, at=by.now() - timedelta(hours=1))
    return rated


def _rate(page: OwnPage, participant: Viewer, chance: Random) -> None:
    score = chance.choices(range(1, 6), SCORES)[0]
    words = WORDS.get(score, "") if chance.random() < 0.3 else ""
    pages.rate(
        page=page,
        score=score,
        words=words,
        by=participant,
        at=participant.now() - timedelta(hours=1),
    )
