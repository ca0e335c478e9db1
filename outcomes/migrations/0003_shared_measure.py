import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0002_walls_by_contract"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosedCount",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("measure", models.CharField(max_length=40)),
                ("month", models.DateField()),
                ("amount", models.BigIntegerField()),
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
                        db_index=False,
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
                    partners.walls.Wall(name="outcomes_closedcount_wall", select={"prime": ""}),
                    partners.walls.Reference(field="contract", name="outcomes_closedcount_contract_within"),
                    partners.walls.Reference(
                        field="organisation", name="outcomes_closedcount_organisation_within"
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "contract", "measure", "month", "organisation"),
                        name="outcomes_closedcount_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SharedMeasure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("commissioner", "The commissioner"),
                            ("peers", "The providers on the contract"),
                        ],
                        max_length=12,
                    ),
                ),
                ("measure", models.CharField(max_length=40)),
                ("month", models.DateField()),
                (
                    "span",
                    models.CharField(
                        choices=[
                            ("month", "The month"),
                            ("year", "Twelve months"),
                            ("to_date", "Since the beginning"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("whole", "Everybody together"),
                            ("provider", "One provider"),
                            ("nobody", "Not yet accepted"),
                            ("peer", "Some provider"),
                        ],
                        max_length=8,
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(default=0)),
                ("value", models.BigIntegerField(blank=True, null=True)),
                ("definition", models.CharField(max_length=16)),
                ("published_at", models.DateTimeField()),
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
                        db_index=False,
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
                        name="outcomes_sharedmeasure_wall",
                        select={
                            "commissioner": "(audience = 'commissioner' and contract_id in (select c.id from programmes_contract c))",
                            "prime": "",
                            "provider": "(audience = 'peers' and contract_id in (select s.contract_id from programmes_supplyagreement s))",
                        },
                    ),
                    partners.walls.Reference(field="contract", name="outcomes_sharedmeasure_contract_within"),
                    partners.walls.Reference(
                        field="organisation", name="outcomes_sharedmeasure_organisation_within"
                    ),
                    models.UniqueConstraint(
                        fields=(
                            "tenant",
                            "contract",
                            "audience",
                            "measure",
                            "month",
                            "span",
                            "part",
                            "organisation",
                            "place",
                        ),
                        name="outcomes_sharedmeasure_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("audience", "commissioner"),
                                ("organisation__isnull", False),
                                ("part", "provider"),
                            ),
                            models.Q(models.Q(("part", "provider"), _negated=True), ("organisation", None)),
                            _connector="OR",
                        ),
                        name="outcomes_sharedmeasure_names_nobody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("audience", "peers"), models.Q(("part", "peer"), _negated=True), _connector="XOR"
                        ),
                        name="outcomes_sharedmeasure_peers",
                    ),
                ],
            },
        ),
    ]
