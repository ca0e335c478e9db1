"""Figures as they were published and restated, and what counted once, so that a past moment can be asked for.

The column comes without a rewrite: what counts already was added before anybody kept when.
"""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0022_commitments"),
        ("participants", "0006_enrolments_apart"),
        ("partners", "0007_two_people"),
        ("programmes", "0006_evidence_confidence"),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="FormerContribution",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("payment_group", models.CharField(max_length=20)),
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
                ("source_id", models.UUIDField()),
                ("happened_on", models.DateField()),
                ("added_at", models.DateTimeField(blank=True, null=True)),
                ("removed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PublishedFigure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("base", models.BigIntegerField(blank=True, null=True)),
                ("days", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("whole", "Everybody together"),
                            ("provider", "One provider"),
                            ("nobody", "Not yet accepted"),
                        ],
                        max_length=8,
                    ),
                ),
                ("measure", models.CharField(max_length=40)),
                ("month", models.DateField()),
                ("definition", models.CharField(max_length=16)),
                ("published_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Restatement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("base", models.BigIntegerField(blank=True, null=True)),
                ("days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("was_amount", models.BigIntegerField()),
                ("was_base", models.BigIntegerField(blank=True, null=True)),
                ("was_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("restated_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="contribution",
            name="added_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="formercontribution",
            name="contract",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programmes.contract",
            ),
        ),
        migrations.AddField(
            model_name="formercontribution",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.organisation",
            ),
        ),
        migrations.AddField(
            model_name="formercontribution",
            name="participant",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="participants.participant",
            ),
        ),
        migrations.AddField(
            model_name="formercontribution",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
            ),
        ),
        migrations.AddField(
            model_name="publishedfigure",
            name="contract",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programmes.contract",
            ),
        ),
        migrations.AddField(
            model_name="publishedfigure",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.organisation",
            ),
        ),
        migrations.AddField(
            model_name="publishedfigure",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
            ),
        ),
        migrations.AddField(
            model_name="restatement",
            name="contract",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programmes.contract",
            ),
        ),
        migrations.AddField(
            model_name="restatement",
            name="figure",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="restatements",
                to="outcomes.publishedfigure",
            ),
        ),
        migrations.AddField(
            model_name="restatement",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.organisation",
            ),
        ),
        migrations.AddField(
            model_name="restatement",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
            ),
        ),
        migrations.AddIndex(
            model_name="formercontribution",
            index=models.Index(fields=["tenant", "contract", "removed_at"], name="former_removed"),
        ),
        migrations.AddIndex(
            model_name="formercontribution",
            index=models.Index(fields=["tenant", "participant", "contract"], name="former_of_person"),
        ),
        migrations.AddConstraint(
            model_name="formercontribution",
            constraint=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="outcomes_formercontribution_wall",
                select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
            ),
        ),
        migrations.AddConstraint(
            model_name="formercontribution",
            constraint=partners.walls.Reference(
                field="contract", name="outcomes_formercontribution_contract_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="formercontribution",
            constraint=partners.walls.Reference(
                field="organisation", name="outcomes_formercontribution_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="formercontribution",
            constraint=partners.walls.Reference(
                field="participant", name="outcomes_formercontribution_participant_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=partners.walls.Wall(
                name="outcomes_publishedfigure_wall",
                select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=partners.walls.Reference(
                field="contract", name="outcomes_publishedfigure_contract_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=partners.walls.Reference(
                field="organisation", name="outcomes_publishedfigure_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=models.UniqueConstraint(
                fields=("tenant", "contract", "measure", "month", "part", "organisation"),
                name="outcomes_publishedfigure_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("organisation__isnull", False), ("part", "provider")),
                    models.Q(models.Q(("part", "provider"), _negated=True), ("organisation", None)),
                    _connector="OR",
                ),
                name="outcomes_publishedfigure_whose",
            ),
        ),
        migrations.AddIndex(
            model_name="restatement",
            index=models.Index(fields=["tenant", "contract", "restated_at"], name="restatement_newest"),
        ),
        migrations.AddConstraint(
            model_name="restatement",
            constraint=partners.walls.Wall(
                name="outcomes_restatement_wall",
                select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
            ),
        ),
        migrations.AddConstraint(
            model_name="restatement",
            constraint=partners.walls.Reference(field="figure", name="outcomes_restatement_figure_within"),
        ),
        migrations.AddConstraint(
            model_name="restatement",
            constraint=partners.walls.Reference(
                field="contract", name="outcomes_restatement_contract_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="restatement",
            constraint=partners.walls.Reference(
                field="organisation", name="outcomes_restatement_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="restatement",
            constraint=models.UniqueConstraint(
                fields=("tenant", "figure", "restated_at"), name="outcomes_restatement_once"
            ),
        ),
    ]
