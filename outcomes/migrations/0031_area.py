"""What counts, counts in an area as well: that of its referral. And what the caseload is made of, without people."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.db import migrations, models

AREA = models.CharField(blank=True, db_default="", default="", max_length=40)


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0030_of_provider"),
        ("partners", "0007_two_people"),
        ("programmes", "0006_evidence_confidence"),
        ("referrals", "0007_area"),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.AddField("performancefact", "area", AREA),
        migrations.AddField("contribution", "area", AREA),
        migrations.AddField("formercontribution", "area", AREA),
        migrations.AddField("figurequery", "area", AREA),
        migrations.RemoveConstraint("performancefact", "outcomes_performancefact_cell"),
        migrations.AddConstraint(
            "performancefact",
            models.UniqueConstraint(
                fields=(
                    "tenant",
                    "contract",
                    "code",
                    "cohort_month",
                    "elapsed_month",
                    "organisation",
                    "payment_group",
                    "area",
                    "days",
                ),
                name="outcomes_performancefact_cell",
                nulls_distinct=False,
            ),
        ),
        migrations.CreateModel(
            name="CaseMixFact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("payment_group", models.CharField(max_length=20)),
                ("area", models.CharField(blank=True, db_default="", default="", max_length=40)),
                ("cohort_month", models.DateField()),
                ("elapsed_month", models.PositiveIntegerField()),
                (
                    "month",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "cohort_month",
                            "elapsed_month",
                            arg_joiner=" + interval '1 month' * ",
                            template="(%(expressions)s)::date",
                        ),
                        output_field=models.DateField(),
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("amount", models.BigIntegerField()),
                (
                    "health",
                    models.CharField(
                        blank=True, choices=[("yes", "Yes"), ("no", "No"), ("", "Not known")], max_length=3
                    ),
                ),
                ("months", models.CharField(blank=True, max_length=10)),
                ("counted_at", models.DateTimeField()),
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
                "indexes": [models.Index(fields=["tenant", "contract", "code"], name="case_mix_of_code")],
            },
        ),
        migrations.AddConstraint(
            "casemixfact",
            partners.walls.Wall(
                delete=True,
                name="outcomes_casemixfact_wall",
                select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
            ),
        ),
        migrations.AddConstraint(
            "casemixfact",
            partners.walls.Reference(field="contract", name="outcomes_casemixfact_contract_within"),
        ),
        migrations.AddConstraint(
            "casemixfact",
            partners.walls.Reference(field="organisation", name="outcomes_casemixfact_organisation_within"),
        ),
        migrations.RemoveConstraint("figurequery", "outcomes_figurequery_once"),
        migrations.AddConstraint(
            "figurequery",
            models.UniqueConstraint(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=(
                    "tenant",
                    "contract",
                    "organisation",
                    "measure",
                    "first",
                    "last",
                    "by",
                    "payment_group",
                    "area",
                ),
                name="outcomes_figurequery_once",
                nulls_distinct=False,
            ),
        ),
    ]
