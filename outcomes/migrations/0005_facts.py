"""Earnings, evidence, self-employment, and employers of the supply chain.

A job recorded before counts as employed, by somebody outside the chain, until it is declared otherwise.
"""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


# What erasing a person does to both. Evidence lets go of its document before erasing removes that (by table name).
ERASING = """
insert into wall.erasing values
  ('outcomes_earning', $$ update public.outcomes_earning set employer = 'Erased', row_key = ''
     where participant_id = $1 and tenant_id = $2 $$),
  ('outcomes_evidence', $$ update public.outcomes_evidence set words = '', document_id = null
     where participant_id = $1 and tenant_id = $2 $$);
grant select, update (employer, row_key) on public.outcomes_earning to baton_definer;
grant select, update (words, document_id) on public.outcomes_evidence to baton_definer;
"""
REMOVE_ERASING = "delete from wall.erasing where of_table in ('outcomes_earning', 'outcomes_evidence')"


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0004_duties"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[("employed", "Employed"), ("self_employed", "Self-employed")],
                default="employed",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="job",
            name="related_employer",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="Earning",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("employer", models.CharField(max_length=120)),
                ("paid_on", models.DateField()),
                ("gross_pence", models.BigIntegerField()),
                ("period_from", models.DateField(blank=True, null=True)),
                ("period_to", models.DateField(blank=True, null=True)),
                ("qualifying", models.BooleanField(default=True)),
                (
                    "not_qualifying_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("tax_refund", "A tax refund"),
                            ("pay_in_lieu", "Pay in lieu of notice"),
                            ("earlier_holiday", "Holiday pay from an earlier job"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("payslip", "Payslip"),
                            ("employer_letter", "Employer's letter"),
                            ("feed", "Earnings feed"),
                            ("self_declaration", "Self-declaration"),
                        ],
                        max_length=20,
                    ),
                ),
                ("row_key", models.CharField(blank=True, max_length=120)),
                ("recorded_at", models.DateTimeField()),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "void_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("corrected", "It was corrected"),
                            ("mistake", "It was recorded by mistake"),
                            ("other_person", "It belongs to somebody else"),
                            ("not_paid", "The employer did not pay it, or took it back"),
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
                        related_name="earnings",
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
                        related_name="earnings",
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
                        to="outcomes.earning",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("payslip", "Payslip"),
                            ("employer_letter", "Employer's letter"),
                            ("earnings_feed", "Earnings feed"),
                            ("self_declaration", "Self-declaration"),
                            ("right_to_work", "Right to work"),
                            ("residence", "Residence"),
                            ("employment_status", "Employment status before the start"),
                            ("concern", "Family concern met"),
                            ("signature", "Signed by the participant"),
                            ("remote_delivery", "Remote delivery"),
                            ("progress_measure", "Progress measure"),
                            ("qualification", "Qualification"),
                            ("education_or_training", "Education or training"),
                            ("wellbeing_gain", "Gain in well-being"),
                        ],
                        max_length=24,
                    ),
                ),
                ("definition", models.CharField(blank=True, max_length=60)),
                ("happened_on", models.DateField()),
                ("words", models.CharField(blank=True, max_length=200)),
                ("recorded_at", models.DateTimeField()),
                (
                    "decision",
                    models.CharField(
                        blank=True, choices=[("accepted", "Accepted"), ("rejected", "Rejected")], max_length=8
                    ),
                ),
                (
                    "rejection_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("does_not_show", "It does not show what it is said to"),
                            ("wrong_dates", "Its dates do not match"),
                            ("other_person", "It is about somebody else"),
                            ("unreadable", "It cannot be read"),
                            ("not_signed", "A signature is missing"),
                        ],
                        max_length=20,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "void_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("replaced", "Newer evidence replaces it"),
                            ("mistake", "It was recorded by mistake"),
                            ("other_person", "It belongs to somebody else"),
                            ("not_genuine", "It is not genuine"),
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
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.document",
                    ),
                ),
                (
                    "earning",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outcomes.earning",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="participants.enrolment",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outcomes.job",
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
                        related_name="evidence",
                        to="participants.participant",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        to="outcomes.evidence",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="earning",
            index=models.Index(
                condition=models.Q(("voided_at", None)),
                fields=["tenant", "enrolment"],
                name="earning_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="earning",
            constraint=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="outcomes_earning_wall",
                select={
                    "prime": "",
                    "provider": "((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id and {table}.paid_on between p.starts_on and p.ends_on))",
                },
                update=("voided_at", "void_reason"),
            ),
        ),
        migrations.AddConstraint(
            model_name="earning",
            constraint=partners.walls.Reference(
                field="participant", name="outcomes_earning_participant_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="earning",
            constraint=partners.walls.Reference(field="enrolment", name="outcomes_earning_enrolment_within"),
        ),
        migrations.AddConstraint(
            model_name="earning",
            constraint=partners.walls.Reference(field="contract", name="outcomes_earning_contract_within"),
        ),
        migrations.AddConstraint(
            model_name="earning",
            constraint=partners.walls.Reference(
                field="organisation", name="outcomes_earning_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="earning",
            constraint=partners.walls.Reference(field="replaces", name="outcomes_earning_replaces_within"),
        ),
        migrations.AddConstraint(
            model_name="earning",
            constraint=models.UniqueConstraint(
                condition=models.Q(("voided_at", None), models.Q(("row_key", ""), _negated=True)),
                fields=("tenant", "row_key"),
                name="outcomes_earning_imported_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="earning",
            constraint=models.CheckConstraint(
                condition=models.Q(("gross_pence__gt", 0)), name="outcomes_earning_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="earning",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("not_qualifying_because", ""), ("qualifying", True)),
                    models.Q(("qualifying", False), models.Q(("not_qualifying_because", ""), _negated=True)),
                    _connector="OR",
                ),
                name="outcomes_earning_qualifies_or_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="earning",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("period_from", None),
                    ("period_to", None),
                    ("period_to__gte", models.F("period_from")),
                    _connector="OR",
                ),
                name="outcomes_earning_period_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(
                condition=models.Q(("voided_at", None)),
                fields=["tenant", "enrolment"],
                name="evidence_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="outcomes_evidence_wall",
                select={
                    "prime": "",
                    "provider": "((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id and {table}.happened_on between p.starts_on and p.ends_on))",
                },
                update=(
                    "decision",
                    "rejection_reason",
                    "decided_by",
                    "decided_at",
                    "voided_at",
                    "void_reason",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=partners.walls.Reference(
                field="participant", name="outcomes_evidence_participant_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=partners.walls.Reference(field="enrolment", name="outcomes_evidence_enrolment_within"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=partners.walls.Reference(field="contract", name="outcomes_evidence_contract_within"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=partners.walls.Reference(
                field="organisation", name="outcomes_evidence_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=partners.walls.Reference(field="job", name="outcomes_evidence_job_within"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=partners.walls.Reference(field="earning", name="outcomes_evidence_earning_within"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=partners.walls.Reference(field="document", name="outcomes_evidence_document_within"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=partners.walls.Reference(field="replaces", name="outcomes_evidence_replaces_within"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "concern"), _negated=True),
                    models.Q(
                        ("definition", ""),
                        ("document", None),
                        ("earning", None),
                        ("job", None),
                        ("words", ""),
                    ),
                    _connector="OR",
                ),
                name="outcomes_evidence_concern_untold",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("decision", "")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        models.Q(("decision", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="outcomes_evidence_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    ("recorded_by", None),
                    models.Q(("decided_by", models.F("recorded_by")), _negated=True),
                    _connector="OR",
                ),
                name="outcomes_evidence_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", "rejected"), models.Q(("rejection_reason", ""), _negated=True)),
                    models.Q(models.Q(("decision", "rejected"), _negated=True), ("rejection_reason", "")),
                    _connector="OR",
                ),
                name="outcomes_evidence_rejected_says_why",
            ),
        ),
        migrations.RunSQL(ERASING, REMOVE_ERASING),
    ]
