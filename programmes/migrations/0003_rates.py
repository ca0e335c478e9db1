"""Hourly rates by which earnings are judged, prices whose amount nobody knows, and readings of the rules."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.db import migrations, models

# Until now one day in work made a week of a sustainment; from now on every rule says so itself. The owner writes for
# every tenant at once: for these statements the walls do not bind it.
ONE_DAY = """
alter table {table} no force row level security;
update {table} set milestones = (
  select jsonb_agg(
    case when rule ->> 'rule' = 'sustainment' then '{{"least_days": 1}}'::jsonb || rule else rule end order by place)
  from jsonb_array_elements(milestones) with ordinality as rules (rule, place))
where milestones @> '[{{"rule": "sustainment"}}]';
set constraints all immediate;
alter table {table} force row level security;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0002_controllers"),
    ]

    operations = [
        migrations.CreateModel(
            name="HourlyRate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("effective_from", models.DateField()),
                ("effective_to", models.DateField(blank=True, null=True)),
                ("pence_per_hour", models.PositiveIntegerField()),
                ("source", models.TextField()),
                ("confidence", models.CharField(blank=True, max_length=20)),
                (
                    "contract",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rates",
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
                        name="programmes_hourlyrate_wall",
                        select={
                            "prime": "",
                            "provider": "contract_id in (select s.contract_id from programmes_supplyagreement s)",
                            "referrer": "",
                        },
                    ),
                    partners.walls.Reference(field="contract", name="programmes_hourlyrate_contract_within"),
                    models.UniqueConstraint(
                        fields=("tenant", "contract", "name", "effective_from"),
                        name="programmes_hourlyrate_from",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_to", None),
                            ("effective_to__gte", models.F("effective_from")),
                            _connector="OR",
                        ),
                        name="programmes_hourlyrate_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="price", name="programmes_price_one_amount"),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
                condition=models.Q(("pence", None), ("share_basis_points", None), _connector="OR"),
                name="programmes_price_one_amount",
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="reading",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        partners.walls.RebuildWall(
            model_name="contract",
            wall=partners.walls.Wall(
                name="programmes_contract_wall",
                select={
                    "commissioner": "commissioner_id = (select wall.organisation())",
                    "prime": "",
                    "provider": "id in (select s.contract_id from programmes_supplyagreement s)",
                    "referrer": "",
                },
                update=("name", "starts_on", "ends_on", "allotted_days", "clock", "reading", "source"),
            ),
        ),
        *(
            migrations.RunSQL(ONE_DAY.format(table=f"public.{table}"), migrations.RunSQL.noop)
            for table in ("programmes_programme", "programmes_paymentgroup")
        ),
    ]
