"""Views of the caseload that people come back to."""

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, OWN, tenant_key, walled


class SavedView(TenantModel):
    """The filters and the order of a caseload, under a name, for one person at one provider.

    query: as it stands in an address, in one order; never the words of a search.
    """

    organisation = tenant_key("partners.Organisation")
    user = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=400)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled(
                "participants_savedview",
                "organisation",
                prime=ALL,
                provider=OWN,
                update=("query", "saved_at"),
                delete=True,
            ),
            models.UniqueConstraint(
                fields=["tenant", "organisation", "user", "name"], name="participants_savedview_name"
            ),
        ]
