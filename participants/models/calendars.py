"""Secret addresses at which calendars read when advisers have appointments."""

from django.db import models
from django.db.models import Q

from partners.models import TenantModel
from partners.walls import ALL, OWN, tenant_key, walled


class CalendarAddress(TenantModel):
    """The address of somebody's appointments at a provider, from when until when it opens them.

    digest: the SHA-256 of its secret, which is shown once and not kept.
    """

    organisation = tenant_key("partners.Organisation")
    user = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "participants_calendaraddress",
                "organisation",
                prime=ALL,
                provider=OWN,
                update=("ended_at",),
            ),
            models.UniqueConstraint(
                fields=["tenant", "organisation", "user"],
                condition=Q(ended_at=None),
                name="participants_calendaraddress_one_open",
            ),
        ]
