"""Views of the caseload that people come back to."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0012_safeguarding"),
        ("partners", "0007_two_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("query", models.CharField(max_length=400)),
                ("saved_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.organisation",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    partners.walls.Wall(
                        delete=True,
                        name="participants_savedview_wall",
                        select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
                        update=("query", "saved_at"),
                    ),
                    partners.walls.Reference(
                        field="organisation", name="participants_savedview_organisation_within"
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "organisation", "user", "name"), name="participants_savedview_name"
                    ),
                ],
            },
        ),
    ]
