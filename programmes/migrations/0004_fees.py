"""Money of a contract by the month: delivery fees, management fees, retention, caps and volume bands."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0003_rates"),
    ]

    operations = [
        migrations.AddField(
            model_name="price",
            name="rounding",
            field=models.CharField(
                choices=[
                    ("half_up", "Half a penny up"),
                    ("half_even", "Half a penny to the even one"),
                    ("down", "Down"),
                ],
                default="half_up",
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="Fee",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("commissioner", "Commissioner to prime"),
                            ("provider", "Prime to provider"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("delivery_fee", "Delivery fee"),
                            ("management_fee", "Management fee"),
                            ("retention", "Retention"),
                            ("cap", "Cap"),
                            ("volume_band", "Volume band"),
                            ("actual_cost", "Actual cost"),
                        ],
                        max_length=16,
                    ),
                ),
                ("pence", models.BigIntegerField(blank=True, null=True)),
                ("share_basis_points", models.PositiveIntegerField(blank=True, null=True)),
                ("months", models.PositiveIntegerField(blank=True, null=True)),
                ("milestone", models.CharField(blank=True, max_length=40)),
                ("above", models.PositiveIntegerField(blank=True, null=True)),
                ("up_to", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "per",
                    models.CharField(
                        blank=True,
                        choices=[("contract", "The whole contract"), ("contract_year", "Each contract year")],
                        max_length=16,
                    ),
                ),
                (
                    "rounding",
                    models.CharField(
                        choices=[
                            ("half_up", "Half a penny up"),
                            ("half_even", "Half a penny to the even one"),
                            ("down", "Down"),
                        ],
                        default="half_up",
                        max_length=12,
                    ),
                ),
                ("illustrative", models.BooleanField(default=False)),
                ("source", models.TextField()),
                ("confidence", models.CharField(blank=True, max_length=20)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fees",
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
                "constraints": [
                    partners.walls.Wall(
                        name="programmes_fee_wall",
                        select={
                            "commissioner": "(side = 'commissioner' and contract_id in (select c.id from programmes_contract c))",
                            "prime": "",
                            "provider": "(side = 'provider' and (organisation_id is null or organisation_id = (select wall.organisation())) and contract_id in (select s.contract_id from programmes_supplyagreement s))",
                        },
                        update=("withdrawn_at",),
                    ),
                    partners.walls.Reference(field="contract", name="programmes_fee_contract_within"),
                    partners.walls.Reference(field="organisation", name="programmes_fee_organisation_within"),
                ],
            },
        ),
    ]
