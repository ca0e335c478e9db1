"""What is still to be done before a copy can be made, as the page of a request shows it."""

from dataclasses import dataclass

from participants import records
from participants.models import SectionReview, SubjectCopy, SubjectRequest
from partners.viewer import Viewer, acting_as


@dataclass(frozen=True)
class Shown:
    """One section of the copy: what its records are called and how many there are, and what was decided on it."""

    code: str
    label: str
    count: int
    asks_review: bool
    review: SectionReview | None

    @property
    def waits(self) -> bool:
        """Whether somebody must still look through it."""
        return self.asks_review and self.review is None


@dataclass(frozen=True)
class Steps:
    """The sections of a copy, and the newest copy that was asked for. sections is None for whoever is not cleared."""

    sections: tuple[Shown, ...] | None
    newest: SubjectCopy | None
    has_expired: bool

    @property
    def waiting(self) -> int:
        """How many sections must still be looked through."""
        return sum(one.waits for one in self.sections or ())

    @property
    def is_being_made(self) -> bool:
        return bool(self.newest and self.newest.made_at is None and self.newest.removed_at is None)

    @property
    def is_ready(self) -> bool:
        return bool(
            self.newest and self.newest.made_at and not self.newest.removed_at and not self.has_expired
        )


def steps_of(request: SubjectRequest, viewer: Viewer) -> Steps:
    """How far the copy has come. Which sections there are is for the cleared: it says what is known of the person."""
    newest = SubjectCopy.objects.filter(request=request).order_by("-asked_at", "-pk").first()
    over = bool(newest and newest.expires_at and newest.expires_at <= viewer.now())
    if not viewer.cleared:
        return Steps(None, newest, over)
    reviews = {one.section: one for one in SectionReview.objects.filter(request=request)}
    with acting_as(viewer.as_system("sections of a copy")):
        counts = records.counts(request.participant_id)
    sections = tuple(
        Shown(
            code=model._meta.label_lower,
            label=records.label(model),
            count=count,
            asks_review=records.of(model).reviewed,
            review=reviews.get(model._meta.label_lower),
        )
        for model, count in counts.items()
        if count and not records.of(model).left_out
    )
    return Steps(sections, newest, over)
