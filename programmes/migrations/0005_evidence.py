"""What proves each milestone to the commissioner, and whether the prime has to claim it."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0007_two_people"),
        ("programmes", "0004_fees"),
    ]

    operations = [
        migrations.CreateModel(
            name="EvidenceRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("milestone", models.CharField(max_length=40)),
                ("payment_group", models.CharField(blank=True, max_length=20)),
                ("all_of", models.JSONField(default=list)),
                ("any_of", models.JSONField(default=list)),
                ("dated_within_days", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "claimed",
                    models.CharField(
                        choices=[
                            ("by_claim", "The prime claims it"),
                            ("automatic", "The commissioner pays it without a claim"),
                        ],
                        default="by_claim",
                        max_length=12,
                    ),
                ),
                ("claim_within_days", models.PositiveIntegerField(blank=True, null=True)),
                ("illustrative", models.BooleanField(default=False)),
                ("source", models.TextField()),
                (
                    "contract",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence_rules",
                        to="programmes.contract",
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
                "constraints": [
                    partners.walls.Wall(
                        delete=True,
                        name="programmes_evidencerule_wall",
                        select={
                            "commissioner": "contract_id in (select c.id from programmes_contract c)",
                            "prime": "",
                            "provider": "contract_id in (select s.contract_id from programmes_supplyagreement s)",
                        },
                    ),
                    partners.walls.Reference(
                        field="contract", name="programmes_evidencerule_contract_within"
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "contract", "milestone", "payment_group"),
                        name="programmes_evidencerule_once",
                    ),
                ],
            },
        ),
    ]
