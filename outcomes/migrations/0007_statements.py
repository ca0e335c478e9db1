"""Statements are proposed, sealed and paid; their lines freeze; they are asked about, adjusted and become papers."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models

# Whoever writes a line holds its statement until the transaction ends, and whoever seals one waits for them: a line is
# in the total, or it is refused here and falls on a later statement. One statement at a time, each as it is once held:
# a condition on the status might be decided before the wait.
ON_AN_OPEN_STATEMENT = """
create function wall.on_an_open_statement() returns trigger language plpgsql set search_path = pg_catalog as $$
declare one record;
begin
  for one in
    select s.id, s.status from public.outcomes_statement s
    where s.id in (select a.statement_id from added a) order by s.id for share of s
  loop
    if one.status in ('sealed', 'paid') then
      raise exception 'statement % is sealed', one.id using errcode = 'P0S01';
    end if;
  end loop;
  return null;
end $$;
create trigger on_an_open_statement after insert on public.outcomes_journal
  referencing new table as added for each statement execute function wall.on_an_open_statement();
"""
REMOVE_ON_AN_OPEN_STATEMENT = """
drop trigger on_an_open_statement on public.outcomes_journal; drop function wall.on_an_open_statement();
"""
# What is sealed stays so: it may be paid, once, and nothing else of it changes. Its lines and its paper never do.
KEPT = """
create function wall.keep_sealed() returns trigger language plpgsql set search_path = pg_catalog as $$
declare paying text[] := '{status,paid_on,paid_by_id,paid_at,payment_reference,invoice_reference}';
begin
  if old.status = 'paid' or (old.status = 'sealed' and (new.status <> 'paid'
      or to_jsonb(new) - paying is distinct from to_jsonb(old) - paying)) then
    raise exception 'statement % is sealed', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger keep_sealed before update on public.outcomes_statement
  for each row execute function wall.keep_sealed();
create trigger append_only before update or delete on public.outcomes_statementline
  for each row execute function wall.refuse_change();
create trigger append_only before update or delete on public.outcomes_paper
  for each row execute function wall.refuse_change();
"""
REMOVE_KEPT = """
drop trigger append_only on public.outcomes_paper; drop trigger append_only on public.outcomes_statementline;
drop trigger keep_sealed on public.outcomes_statement; drop function wall.keep_sealed();
"""
ERASING = """
insert into wall.erasing values
  ('outcomes_linequery', $$ update public.outcomes_linequery set words = 'Erased', answer = ''
     where participant_id = $1 and tenant_id = $2 $$);
grant select, update (words, answer) on public.outcomes_linequery to baton_definer;
"""
REMOVE_ERASING = "delete from wall.erasing where of_table = 'outcomes_linequery'"


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0006_charges"),
        ("participants", "0005_restricted_elsewhere"),
        ("partners", "0007_two_people"),
        ("programmes", "0004_fees"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                ("pence", models.BigIntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("left_out", "Something was left out of an earlier month"),
                            ("wrong_price", "A price was wrong"),
                            ("query_upheld", "A query was upheld"),
                            ("service_credit", "A service credit that the contract allows"),
                            ("audit", "An audit found it"),
                            ("agreed", "Agreed between the prime and the provider"),
                        ],
                        max_length=20,
                    ),
                ),
                ("words", models.CharField(max_length=300)),
                ("asked_at", models.DateTimeField()),
                (
                    "decision",
                    models.CharField(
                        blank=True, choices=[("approved", "Approved"), ("refused", "Refused")], max_length=8
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("refused_because", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="LineQuery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("words", models.TextField()),
                ("asked_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "The provider is right"), ("explained", "The line is right")],
                        max_length=12,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Paper",
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
                            ("invoice", "Self-billed invoice"),
                            ("credit_note", "Self-billed credit note"),
                            ("remittance", "Remittance advice"),
                        ],
                        max_length=12,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("issued_on", models.DateField()),
                ("supplier_name", models.CharField(max_length=120)),
                ("supplier_address", models.TextField(blank=True)),
                ("supplier_vat_number", models.CharField(blank=True, max_length=14)),
                ("customer_name", models.CharField(max_length=120)),
                ("customer_address", models.TextField(blank=True)),
                ("net_pence", models.BigIntegerField()),
                ("vat_basis_points", models.PositiveIntegerField(blank=True, null=True)),
                ("vat_pence", models.BigIntegerField()),
                ("wording", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="SelfBillingAgreement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("signed_on", models.DateField()),
                ("signed_by", models.CharField(max_length=120)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="StatementLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("reference", models.CharField(blank=True, max_length=12)),
                ("label", models.CharField(max_length=120)),
                ("ordinal", models.PositiveIntegerField(blank=True, null=True)),
                ("kind", models.CharField(max_length=40)),
                ("reached_on", models.DateField(blank=True, null=True)),
                ("claimable_from", models.DateField()),
                ("pence", models.BigIntegerField()),
                ("source", models.TextField(blank=True)),
                ("why", models.TextField(blank=True)),
                ("illustrative", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name="VatStatus",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("from_on", models.DateField()),
                ("vat_number", models.CharField(blank=True, max_length=14)),
                ("legal_name", models.CharField(max_length=120)),
                ("address", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="statement",
            name="digest",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="statement",
            name="invoice_reference",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="statement",
            name="line_count",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="statement",
            name="number",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="statement",
            name="paid_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="statement",
            name="paid_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="statement",
            name="paid_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="statement",
            name="payment_reference",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="statement",
            name="previous",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="outcomes.statement",
            ),
        ),
        migrations.AddField(
            model_name="statement",
            name="proposed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="statement",
            name="proposed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="statement",
            name="sealed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="statement",
            name="sealed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="statement",
            name="total_pence",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="statement",
            name="status",
            field=models.CharField(
                choices=[("open", "Open"), ("proposed", "Proposed"), ("sealed", "Sealed"), ("paid", "Paid")],
                default="open",
                max_length=8,
            ),
        ),
        partners.walls.RebuildWall(
            model_name="statement",
            wall=partners.walls.Wall(
                name="outcomes_statement_wall",
                select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
                update=(
                    "status",
                    "proposed_by",
                    "proposed_at",
                    "sealed_by",
                    "sealed_at",
                    "number",
                    "total_pence",
                    "line_count",
                    "digest",
                    "previous",
                    "paid_on",
                    "paid_by",
                    "paid_at",
                    "payment_reference",
                    "invoice_reference",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=partners.walls.Reference(field="previous", name="outcomes_statement_previous_within"),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(fields=("tenant", "number"), name="outcomes_statement_number"),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(
                fields=("tenant", "previous"), name="outcomes_statement_one_follows"
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("proposed_at", None),
                        ("proposed_by", None),
                        ("status", "open"),
                        ("digest", ""),
                        ("line_count", None),
                        ("number", None),
                        ("sealed_at", None),
                        ("sealed_by", None),
                        ("total_pence", None),
                        ("paid_at", None),
                        ("paid_by", None),
                        ("paid_on", None),
                    ),
                    models.Q(
                        ("status", "proposed"),
                        ("proposed_at__isnull", False),
                        ("proposed_by__isnull", False),
                        ("digest", ""),
                        ("line_count", None),
                        ("number", None),
                        ("sealed_at", None),
                        ("sealed_by", None),
                        ("total_pence", None),
                        ("paid_at", None),
                        ("paid_by", None),
                        ("paid_on", None),
                    ),
                    models.Q(
                        ("status", "sealed"),
                        ("proposed_at__isnull", False),
                        ("proposed_by__isnull", False),
                        models.Q(("digest", ""), _negated=True),
                        ("line_count__isnull", False),
                        ("number__isnull", False),
                        ("sealed_at__isnull", False),
                        ("sealed_by__isnull", False),
                        ("total_pence__isnull", False),
                        ("paid_at", None),
                        ("paid_by", None),
                        ("paid_on", None),
                    ),
                    models.Q(
                        ("status", "paid"),
                        ("proposed_at__isnull", False),
                        ("proposed_by__isnull", False),
                        models.Q(("digest", ""), _negated=True),
                        ("line_count__isnull", False),
                        ("number__isnull", False),
                        ("sealed_at__isnull", False),
                        ("sealed_by__isnull", False),
                        ("total_pence__isnull", False),
                        ("paid_at__isnull", False),
                        ("paid_by__isnull", False),
                        ("paid_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="outcomes_statement_as_its_status_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sealed_by", None),
                    models.Q(("sealed_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="outcomes_statement_sealed_by_another",
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="charge",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="outcomes.charge",
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="contract",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programmes.contract",
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.organisation",
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
            ),
        ),
        migrations.AddField(
            model_name="linequery",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="linequery",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="linequery",
            name="journal",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="outcomes.journal",
            ),
        ),
        migrations.AddField(
            model_name="linequery",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.organisation",
            ),
        ),
        migrations.AddField(
            model_name="linequery",
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
        migrations.AddField(
            model_name="linequery",
            name="statement",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="queries",
                to="outcomes.statement",
            ),
        ),
        migrations.AddField(
            model_name="linequery",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.organisation",
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="statement",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="papers",
                to="outcomes.statement",
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
            ),
        ),
        migrations.AddField(
            model_name="selfbillingagreement",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.organisation",
            ),
        ),
        migrations.AddField(
            model_name="selfbillingagreement",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="selfbillingagreement",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
            ),
        ),
        migrations.AddField(
            model_name="statementline",
            name="journal",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="outcomes.journal",
            ),
        ),
        migrations.AddField(
            model_name="statementline",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.organisation",
            ),
        ),
        migrations.AddField(
            model_name="statementline",
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
        migrations.AddField(
            model_name="statementline",
            name="statement",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="frozen",
                to="outcomes.statement",
            ),
        ),
        migrations.AddField(
            model_name="statementline",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
            ),
        ),
        migrations.AddField(
            model_name="vatstatus",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.organisation",
            ),
        ),
        migrations.AddField(
            model_name="vatstatus",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="vatstatus",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=partners.walls.Wall(
                name="outcomes_adjustment_wall",
                select={"prime": ""},
                update=("decision", "decided_by", "decided_at", "refused_because", "charge"),
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=partners.walls.Reference(field="contract", name="outcomes_adjustment_contract_within"),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=partners.walls.Reference(
                field="organisation", name="outcomes_adjustment_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=partners.walls.Reference(field="charge", name="outcomes_adjustment_charge_within"),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(("pence", 0), _negated=True), name="outcomes_adjustment_not_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("decision", "")),
                    models.Q(
                        models.Q(("decision", ""), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="outcomes_adjustment_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="outcomes_adjustment_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", "approved"), _negated=True),
                    ("charge__isnull", False),
                    _connector="OR",
                ),
                name="outcomes_adjustment_charged_when_approved",
            ),
        ),
        migrations.AddIndex(
            model_name="linequery",
            index=models.Index(fields=["tenant", "statement"], name="query_of_statement"),
        ),
        migrations.AddConstraint(
            model_name="linequery",
            constraint=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="outcomes_linequery_wall",
                select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
                update=("outcome", "answer", "answered_by", "answered_at"),
            ),
        ),
        migrations.AddConstraint(
            model_name="linequery",
            constraint=partners.walls.Reference(
                field="statement", name="outcomes_linequery_statement_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="linequery",
            constraint=partners.walls.Reference(field="journal", name="outcomes_linequery_journal_within"),
        ),
        migrations.AddConstraint(
            model_name="linequery",
            constraint=partners.walls.Reference(
                field="participant", name="outcomes_linequery_participant_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="linequery",
            constraint=partners.walls.Reference(
                field="organisation", name="outcomes_linequery_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="linequery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("answered_by", None), ("outcome", "")),
                    models.Q(
                        models.Q(("outcome", ""), _negated=True),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="outcomes_linequery_answered_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=partners.walls.Wall(
                name="outcomes_paper_wall",
                select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=partners.walls.Reference(field="statement", name="outcomes_paper_statement_within"),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=partners.walls.Reference(
                field="organisation", name="outcomes_paper_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(fields=("tenant", "statement"), name="outcomes_paper_once"),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                fields=("tenant", "kind", "number"), name="outcomes_paper_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("vat_basis_points", None), _negated=True), ("vat_pence", 0), _connector="OR"
                ),
                name="outcomes_paper_vat_by_a_rate",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("vat_basis_points", None),
                    models.Q(("supplier_vat_number", ""), _negated=True),
                    _connector="OR",
                ),
                name="outcomes_paper_vat_of_the_registered",
            ),
        ),
        migrations.AddConstraint(
            model_name="selfbillingagreement",
            constraint=partners.walls.Wall(
                name="outcomes_selfbillingagreement_wall",
                select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
                update=("voided_at",),
            ),
        ),
        migrations.AddConstraint(
            model_name="selfbillingagreement",
            constraint=partners.walls.Reference(
                field="organisation", name="outcomes_selfbillingagreement_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="selfbillingagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__gte", models.F("starts_on")), ("starts_on__gte", models.F("signed_on"))
                ),
                name="outcomes_selfbillingagreement_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="outcomes_statementline_wall",
                select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=partners.walls.Reference(
                field="statement", name="outcomes_statementline_statement_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=partners.walls.Reference(
                field="journal", name="outcomes_statementline_journal_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=partners.walls.Reference(
                field="organisation", name="outcomes_statementline_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=partners.walls.Reference(
                field="participant", name="outcomes_statementline_participant_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.UniqueConstraint(
                fields=("tenant", "statement", "position"), name="outcomes_statementline_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.UniqueConstraint(
                fields=("tenant", "journal"), name="outcomes_statementline_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="vatstatus",
            constraint=partners.walls.Wall(
                name="outcomes_vatstatus_wall",
                select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
                update=("voided_at",),
            ),
        ),
        migrations.AddConstraint(
            model_name="vatstatus",
            constraint=partners.walls.Reference(
                field="organisation", name="outcomes_vatstatus_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="vatstatus",
            constraint=models.UniqueConstraint(
                condition=models.Q(("voided_at", None)),
                fields=("tenant", "organisation", "from_on"),
                name="outcomes_vatstatus_once",
            ),
        ),
        migrations.RunSQL(ON_AN_OPEN_STATEMENT, REMOVE_ON_AN_OPEN_STATEMENT),
        migrations.RunSQL(KEPT, REMOVE_KEPT),
        migrations.RunSQL(ERASING, REMOVE_ERASING),
    ]
