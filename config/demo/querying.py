"""Figures that a provider of the demo says are wrong: one to answer, one answered, one settled.

By the real actions, one after the other, now: before, nothing of the demo was known.
"""

from typing import Final

from config.demo.safety import viewer_at
from outcomes.actions import figure_query
from outcomes.performance.figures import offered
from outcomes.performance.periods import Window, month_of, shift
from partners.models import Membership
from partners.viewer import Viewer
from programmes.models import SupplyAgreement

PROVIDER, PRIME = "leila.brandt", "ingrid.okafor"
# Measure, how many months back, what was asked, answered and said at the end.
QUESTIONS: Final = (
    (
        "job_starts",
        2,
        "Two jobs that we recorded on the last day of the month are not counted.",
        "Both were recorded with the first day of the next month. They count there.",
        "Agreed, we had read the pay slip wrongly.",
    ),
    (
        "starts",
        1,
        "We held four more first appointments than this says.",
        "Three of them were with people who had started before. One is recorded as not attended: please look at it.",
        "",
    ),
    ("job_outcomes", 0, "Somebody who reached 26 weeks last week is missing from this figure.", "", ""),
)


def query_figures(by: Viewer) -> int:
    """Ask, answer and close; returns how many questions were asked. None where the workspace has nobody for it."""
    found = Membership.objects.filter(ended_on=None).select_related("user", "organisation")
    places = {place.user.email.partition("@")[0]: place for place in found}
    if not {PROVIDER, PRIME} <= places.keys():
        return 0
    asker, manager = viewer_at(places[PROVIDER], by), viewer_at(places[PRIME], by)
    agreements = SupplyAgreement.objects.filter(organisation=asker.organisation_id)
    agreement = agreements.select_related("contract__programme").order_by("starts_on").first()
    if agreement is None:
        return 0
    measures = {one.code: one for one in offered(agreement.contract, money=False)}
    asked = 0
    for code, back, question, answer, end in QUESTIONS:
        if code not in measures:
            continue
        month = shift(month_of(asker.today), -back)
        query = figure_query.ask(
            contract=agreement.contract,
            measure=measures[code],
            window=Window(month, month),
            words=question,
            by=asker,
            at=asker.now(),
        )
        if answer:
            figure_query.answer(query=query, words=answer, by=manager, at=manager.now())
        if end:
            figure_query.close(query=query, words=end, by=asker, at=asker.now())
        asked += 1
    return asked
