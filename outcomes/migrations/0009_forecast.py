"""What the months ahead are expected to bring."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0008_claims"),
    ]

    operations = [
        migrations.CreateModel(
            name="Forecast",
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
                ("code", models.CharField(max_length=40)),
                ("month", models.DateField()),
                ("number", models.DecimalField(decimal_places=2, max_digits=9)),
                ("most", models.PositiveIntegerField()),
                ("expected_pence", models.BigIntegerField()),
                ("best_pence", models.BigIntegerField()),
                ("worst_pence", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "contract",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.contract",
                    ),
                ),
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
            ],
            options={
                "constraints": [
                    partners.walls.Wall(
                        delete=True,
                        name="outcomes_forecast_wall",
                        select={
                            "prime": "",
                            "provider": "(side = 'provider' and organisation_id = (select wall.organisation()))",
                        },
                    ),
                    partners.walls.Reference(field="contract", name="outcomes_forecast_contract_within"),
                    partners.walls.Reference(
                        field="organisation", name="outcomes_forecast_organisation_within"
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "contract", "organisation", "side", "code", "month"),
                        name="outcomes_forecast_once",
                    ),
                ],
            },
        ),
    ]
