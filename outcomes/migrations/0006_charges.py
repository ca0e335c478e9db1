"""Journals are for a person's milestone or for a charge of a month."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.db import migrations, models


# A charge is of the books: nothing of it is changed or taken away.
APPEND_ONLY = """
create trigger append_only before update or delete on public.outcomes_charge
  for each row execute function wall.refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0005_facts"),
        ("participants", "0005_restricted_elsewhere"),
        ("programmes", "0004_fees"),
    ]

    operations = [
        migrations.AlterField(
            model_name="journal",
            name="kind",
            field=models.CharField(
                choices=[("accrual", "Earned"), ("reversal", "Reversed"), ("charge", "Charged")], max_length=8
            ),
        ),
        migrations.AlterField(
            model_name="journal",
            name="milestone",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="journals",
                to="outcomes.milestone",
            ),
        ),
        migrations.AlterField(
            model_name="journal",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.organisation",
            ),
        ),
        migrations.AlterField(
            model_name="journal",
            name="participant",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="participants.participant",
            ),
        ),
        migrations.AlterField(
            model_name="journal",
            name="price",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programmes.price",
            ),
        ),
        migrations.CreateModel(
            name="Charge",
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
                            ("retention", "Retention held back"),
                            ("retention_release", "Retention released"),
                            ("cap", "Beyond the cap"),
                            ("volume_band", "Volume band"),
                            ("actual_cost", "Actual cost"),
                            ("adjustment", "Adjustment"),
                            ("recovery", "Recovery"),
                        ],
                        max_length=20,
                    ),
                ),
                ("month", models.DateField()),
                ("pence", models.BigIntegerField()),
                ("illustrative", models.BooleanField(default=False)),
                ("why", models.TextField()),
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
                    "fee",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.fee",
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
                        name="outcomes_charge_wall",
                        select={
                            "prime": "",
                            "provider": "(side = 'provider' and organisation_id = (select wall.organisation()))",
                        },
                    ),
                    partners.walls.Reference(field="contract", name="outcomes_charge_contract_within"),
                    partners.walls.Reference(
                        field="organisation", name="outcomes_charge_organisation_within"
                    ),
                    partners.walls.Reference(field="fee", name="outcomes_charge_fee_within"),
                    models.UniqueConstraint(
                        condition=models.Q(("fee__isnull", False)),
                        fields=("tenant", "fee", "kind", "organisation", "month"),
                        name="outcomes_charge_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pence", 0), _negated=True), name="outcomes_charge_not_zero"
                    ),
                ]
            },
        ),
        migrations.AddField(
            model_name="journal",
            name="charge",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="journals",
                to="outcomes.charge",
            ),
        ),
        migrations.AddConstraint(
            model_name="journal",
            constraint=partners.walls.Reference(field="charge", name="outcomes_journal_charge_within"),
        ),
        migrations.AddConstraint(
            model_name="journal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "charge")),
                fields=("tenant", "charge"),
                name="outcomes_journal_one_charge",
            ),
        ),
        migrations.AddConstraint(
            model_name="journal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("charge__isnull", False),
                        ("kind", "charge"),
                        ("milestone", None),
                        ("participant", None),
                        ("price", None),
                    ),
                    models.Q(
                        models.Q(("kind", "charge"), _negated=True),
                        ("charge", None),
                        ("milestone__isnull", False),
                        ("organisation__isnull", False),
                        ("participant__isnull", False),
                        ("price__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="outcomes_journal_is_for_one_thing",
            ),
        ),
        migrations.RunSQL(APPEND_ONLY, "drop trigger append_only on public.outcomes_charge;"),
    ]
