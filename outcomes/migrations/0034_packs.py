"""Monthly performance packs, each kept as it was made."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0033_listed"),
        ("partners", "0007_two_people"),
        ("programmes", "0006_evidence_confidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Pack",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("done", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField(blank=True, null=True)),
                ("pdf_as", models.CharField(blank=True, max_length=120)),
                ("pdf_size", models.PositiveIntegerField(default=0)),
                ("pdf_sha256", models.CharField(blank=True, max_length=64)),
                ("xlsx_as", models.CharField(blank=True, max_length=120)),
                ("xlsx_size", models.PositiveIntegerField(default=0)),
                ("xlsx_sha256", models.CharField(blank=True, max_length=64)),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.contract",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
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
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "-month", "-asked_at", "id"], name="pack_newest")],
                "constraints": [
                    partners.walls.Wall(
                        name="outcomes_pack_wall",
                        select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
                        update=(
                            "done",
                            "made_at",
                            "pdf_as",
                            "pdf_size",
                            "pdf_sha256",
                            "xlsx_as",
                            "xlsx_size",
                            "xlsx_sha256",
                        ),
                    ),
                    partners.walls.Reference(field="contract", name="outcomes_pack_contract_within"),
                    partners.walls.Reference(field="organisation", name="outcomes_pack_organisation_within"),
                    models.UniqueConstraint(
                        condition=models.Q(("made_at", None)),
                        fields=("tenant", "contract", "month", "organisation"),
                        name="outcomes_pack_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("made_at", None), ("pdf_as", ""), ("xlsx_as", "")),
                            models.Q(
                                ("made_at__gte", models.F("asked_at")),
                                ("made_at__isnull", False),
                                models.Q(("pdf_as", ""), _negated=True),
                                models.Q(("xlsx_as", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="outcomes_pack_made",
                    ),
                ],
            },
        ),
    ]
