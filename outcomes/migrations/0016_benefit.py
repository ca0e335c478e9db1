"""Days on benefit, what erasing a person leaves of them, and files of them as a kind of import."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.db import migrations, models


ERASING = """
insert into wall.erasing values
  ('outcomes_benefitspell', $$ update public.outcomes_benefitspell set benefit = '', row_key = ''
     where participant_id = $1 and tenant_id = $2 $$);
grant select, update (benefit, row_key) on public.outcomes_benefitspell to baton_definer;
"""
REMOVE_ERASING = "delete from wall.erasing where of_table = 'outcomes_benefitspell'"


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0015_forecast_cash"),
        ("participants", "0006_enrolments_apart"),
        ("partners", "0007_two_people"),
        ("programmes", "0006_evidence_confidence"),
    ]

    operations = [
        migrations.AlterField(
            model_name="importcolumns",
            name="kind",
            field=models.CharField(
                choices=[
                    ("jobs", "Jobs"),
                    ("earnings", "Earnings"),
                    ("benefits", "Days on benefit"),
                    ("results", "Validation results"),
                    ("payments", "Payments"),
                    ("referrals", "Referrals"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="kind",
            field=models.CharField(
                choices=[
                    ("jobs", "Jobs"),
                    ("earnings", "Earnings"),
                    ("benefits", "Days on benefit"),
                    ("results", "Validation results"),
                    ("payments", "Payments"),
                    ("referrals", "Referrals"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="BenefitSpell",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "benefit",
                    models.CharField(
                        choices=[
                            ("universal_credit", "Universal Credit"),
                            ("jobseekers_allowance", "Jobseeker’s Allowance"),
                            ("employment_and_support_allowance", "Employment and Support Allowance"),
                            ("incapacity_benefit", "Incapacity Benefit"),
                            ("income_support", "Income Support"),
                            ("carers_allowance", "Carer’s Allowance"),
                            ("pension_credit", "Pension Credit"),
                        ],
                        max_length=40,
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("participant", "The participant said so"),
                            ("letter", "A letter about the benefit"),
                            ("commissioner", "The commissioner said so"),
                            ("file", "An imported file"),
                        ],
                        max_length=20,
                    ),
                ),
                ("row_key", models.CharField(blank=True, max_length=120)),
                ("noted_at", models.DateTimeField()),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "void_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("corrected", "It was corrected"),
                            ("mistake", "It was noted by mistake"),
                            ("other_person", "It belongs to somebody else"),
                            ("not_paid", "The benefit was not paid for these days"),
                        ],
                        max_length=20,
                    ),
                ),
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
                    "enrolment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="benefit_spells",
                        to="participants.enrolment",
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
                    "participant",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="benefit_spells",
                        to="participants.participant",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outcomes.benefitspell",
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("voided_at", None)),
                        fields=["tenant", "enrolment"],
                        name="benefit_in_force",
                    )
                ],
                "constraints": [
                    partners.walls.Wall(
                        apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                        name="outcomes_benefitspell_wall",
                        select={
                            "prime": "",
                            "provider": "((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id and {table}.starts_on between p.starts_on and p.ends_on))",
                        },
                        update=("voided_at", "void_reason"),
                    ),
                    partners.walls.Reference(
                        field="participant", name="outcomes_benefitspell_participant_within"
                    ),
                    partners.walls.Reference(
                        field="enrolment", name="outcomes_benefitspell_enrolment_within"
                    ),
                    partners.walls.Reference(field="contract", name="outcomes_benefitspell_contract_within"),
                    partners.walls.Reference(
                        field="organisation", name="outcomes_benefitspell_organisation_within"
                    ),
                    partners.walls.Reference(field="replaces", name="outcomes_benefitspell_replaces_within"),
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None), models.Q(("row_key", ""), _negated=True)),
                        fields=("tenant", "row_key"),
                        name="outcomes_benefitspell_imported_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="outcomes_benefitspell_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ERASING, REMOVE_ERASING),
    ]
