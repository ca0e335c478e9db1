"""Data subjects' requests, copies, holds, erasure, and the basis for carrying data from contract to contract."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import models
from django.db import migrations, models


# What erasing a person does to each table, as statements of (person, tenant). Every app adds its own in a migration;
# the application can neither add to them nor change them. Declared for people in the apps' records.py.
ERASING = """
create table wall.erasing (of_table text primary key, statement text not null);
grant select on wall.erasing to baton_definer, baton_app;
insert into wall.erasing values
  ('participants_participant', $$ update public.participants_participant set given_name = 'Erased',
     family_name = reference, search_name = '', born_on = '1900-01-01' where id = $1 and tenant_id = $2 $$),
  ('participants_contactdetails', $$ update public.participants_contactdetails set address = '', postcode = '',
     area_code = '', phone = '', email = '', safe_contact = '' where participant_id = $1 and tenant_id = $2 $$),
  ('participants_identity', $$ delete from public.participants_identity
     where participant_id = $1 and tenant_id = $2 $$),
  ('participants_health', $$ delete from public.participants_health where participant_id = $1 and tenant_id = $2 $$),
  ('participants_concern', $$ delete from public.participants_concern where participant_id = $1 and tenant_id = $2 $$),
  ('participants_contact', $$ update public.participants_contact set note = '', next_step = ''
     where participant_id = $1 and tenant_id = $2 $$),
  ('participants_assignment', $$ update public.participants_assignment set purpose = ''
     where participant_id = $1 and tenant_id = $2 $$),
  ('participants_document', $$ delete from public.participants_document
     where participant_id = $1 and tenant_id = $2 $$),
  ('participants_restrictionreason', $$ delete from public.participants_restrictionreason
     where participant_id = $1 and tenant_id = $2 $$),
  ('participants_controlmeasure', $$ delete from public.participants_controlmeasure
     where participant_id = $1 and tenant_id = $2 $$),
  ('participants_subjectrequest', $$ update public.participants_subjectrequest set note = '', answer = '',
     extended_because = '' where participant_id = $1 and tenant_id = $2 $$),
  ('participants_sectionreview', $$ delete from public.participants_sectionreview
     where participant_id = $1 and tenant_id = $2 $$),
  ('participants_legalhold', $$ update public.participants_legalhold set reason = '', lifted_because = ''
     where participant_id = $1 and tenant_id = $2 $$);
grant select on public.participants_participant, public.participants_contactdetails, public.participants_identity,
  public.participants_health, public.participants_concern, public.participants_contact,
  public.participants_assignment, public.participants_document, public.participants_restrictionreason,
  public.participants_controlmeasure, public.participants_subjectrequest, public.participants_sectionreview,
  public.participants_legalhold to baton_definer;
grant delete on public.participants_identity, public.participants_health, public.participants_concern,
  public.participants_document, public.participants_restrictionreason, public.participants_controlmeasure,
  public.participants_sectionreview to baton_definer;
grant update (given_name, family_name, search_name, born_on) on public.participants_participant to baton_definer;
grant update (address, postcode, area_code, phone, email, safe_contact) on public.participants_contactdetails
  to baton_definer;
grant update (note, next_step) on public.participants_contact to baton_definer;
grant update (purpose) on public.participants_assignment to baton_definer;
grant update (note, answer, extended_because) on public.participants_subjectrequest to baton_definer;
grant update (reason, lifted_because) on public.participants_legalhold to baton_definer;
"""
REMOVE_ERASING = "drop table wall.erasing"
# Writes what no action may: past the append-only grants, but for one approved person at a time and as the system.
ERASE = """
set local role baton_definer;
create function wall.erase(person uuid) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
  home uuid := wall.tenant();
  step record;
  touched bigint;
  changed jsonb := '{}';
begin
  if wall.kind() <> 'system' then
    raise exception 'only the system erases' using errcode = 'insufficient_privilege';
  end if;
  if not exists (
    select from public.participants_subjectrequest r
    where r.tenant_id = home and r.participant_id = person and r.kind in ('erasure', 'retention')
      and r.approved_at is not null and r.closed_at is null) then
    raise exception 'nobody approved this' using errcode = 'insufficient_privilege';
  end if;
  if exists (
    select from public.participants_legalhold h
    where h.tenant_id = home and h.participant_id = person and h.lifted_at is null) then
    raise exception 'a legal hold stands' using errcode = 'insufficient_privilege';
  end if;
  for step in select e.of_table, e.statement from wall.erasing e order by e.of_table loop
    execute step.statement using person, home;
    get diagnostics touched = row_count;
    changed := changed || jsonb_build_object(step.of_table, touched);
  end loop;
  return changed;
end $$;
revoke all on function wall.erase(uuid) from public;
grant execute on function wall.erase(uuid) to baton_app;
reset role;
"""
REMOVE_ERASE = "set local role baton_definer; drop function wall.erase(uuid); reset role"


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0003_documents"),
    ]

    operations = [
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("review_on", models.DateField()),
                ("placed_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_because", models.CharField(blank=True, max_length=300)),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legal_holds",
                        to="participants.participant",
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                        name="participants_legalhold_wall",
                        select={"prime": ""},
                        update=("lifted_by", "lifted_at", "lifted_because"),
                    ),
                    partners.walls.Reference(
                        field="participant", name="participants_legalhold_participant_within"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("tenant", "participant"),
                        name="participants_legalhold_one_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SharingBasis",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            (
                                "joint_controllers",
                                "Arrangement between joint controllers: UK GDPR Article 26",
                            ),
                            ("sharing_agreement", "Data sharing agreement"),
                            ("legal_duty", "A duty in law"),
                            ("consent", "The participants' consent, asked for on the contract"),
                        ],
                        max_length=20,
                    ),
                ),
                ("agreement", models.CharField(max_length=120)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "from_contract",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.contract",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
                (
                    "to_contract",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.contract",
                    ),
                ),
            ],
            options={
                "constraints": [
                    partners.walls.Wall(
                        name="participants_sharingbasis_wall", select={"prime": ""}, update=("ends_on",)
                    ),
                    partners.walls.Reference(
                        field="from_contract", name="participants_sharingbasis_from_contract_within"
                    ),
                    partners.walls.Reference(
                        field="to_contract", name="participants_sharingbasis_to_contract_within"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_contract", models.F("to_contract")), _negated=True),
                        name="participants_sharingbasis_two_contracts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="participants_sharingbasis_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubjectRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=12)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("access", "Copy of their data"),
                            ("erasure", "Erasure"),
                            ("rectification", "Correction"),
                            ("objection", "Objection"),
                            ("retention", "End of the time to keep"),
                        ],
                        max_length=16,
                    ),
                ),
                ("received_on", models.DateField()),
                ("due_on", models.DateField()),
                ("extended_because", models.CharField(blank=True, max_length=300)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("opened_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "Answered"),
                            ("erased", "Erased"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=12,
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=500)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subject_requests",
                        to="participants.participant",
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
                        condition=models.Q(("closed_at", None)),
                        fields=["tenant", "due_on"],
                        name="subjectrequest_open",
                    )
                ],
                "constraints": [
                    partners.walls.Wall(
                        apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                        name="participants_subjectrequest_wall",
                        select={"prime": ""},
                        update=(
                            "due_on",
                            "extended_because",
                            "approved_by",
                            "approved_at",
                            "closed_by",
                            "closed_at",
                            "outcome",
                            "answer",
                        ),
                    ),
                    partners.walls.Reference(
                        field="participant", name="participants_subjectrequest_participant_within"
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "reference"), name="participants_subjectrequest_reference"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("tenant", "participant", "kind"),
                        name="participants_subjectrequest_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at", None), ("approved_by", None)),
                            models.Q(("approved_at__isnull", False), ("kind", "retention")),
                            models.Q(
                                ("approved_at__isnull", False),
                                ("approved_by__isnull", False),
                                ("opened_by__isnull", False),
                                models.Q(("approved_by", models.F("opened_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="participants_subjectrequest_approved_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("outcome", "")),
                            models.Q(("closed_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="participants_subjectrequest_closed_with_an_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("erased_at", models.DateTimeField()),
                ("changed", models.JSONField(default=dict)),
                (
                    "participant",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasures",
                        to="participants.participant",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.subjectrequest",
                    ),
                ),
            ],
            options={
                "constraints": [
                    partners.walls.Wall(
                        apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                        name="participants_erasure_wall",
                        select={"prime": ""},
                    ),
                    partners.walls.Reference(
                        field="participant", name="participants_erasure_participant_within"
                    ),
                    partners.walls.Reference(field="request", name="participants_erasure_request_within"),
                    models.UniqueConstraint(fields=("tenant", "request"), name="participants_erasure_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SectionReview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("section", models.CharField(max_length=80)),
                (
                    "exemption",
                    models.CharField(
                        blank=True,
                        choices=[
                            (
                                "serious_harm",
                                "It would cause serious harm: Data Protection Act 2018 Schedule 3",
                            ),
                            (
                                "others",
                                "It would reveal somebody else: Data Protection Act 2018 Schedule 2 paragraph 16",
                            ),
                            (
                                "crime",
                                "It would prejudice the prevention of crime: Data Protection Act 2018 Schedule 2 paragraph 2",
                            ),
                        ],
                        max_length=16,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("reviewed_at", models.DateTimeField()),
                (
                    "participant",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.participant",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="participants.subjectrequest",
                    ),
                ),
            ],
            options={
                "constraints": [
                    partners.walls.Wall(
                        apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                        name="participants_sectionreview_wall",
                        select={"prime": "(select wall.cleared())"},
                        update=("exemption", "reason", "reviewed_by", "reviewed_at"),
                    ),
                    partners.walls.Reference(
                        field="request", name="participants_sectionreview_request_within"
                    ),
                    partners.walls.Reference(
                        field="participant", name="participants_sectionreview_participant_within"
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "request", "section"), name="participants_sectionreview_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("exemption", ""), ("reason", "")),
                            models.Q(
                                models.Q(("exemption", ""), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="participants_sectionreview_withheld_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubjectCopy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("made_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("data_stored_as", models.CharField(blank=True, max_length=120)),
                ("letter_stored_as", models.CharField(blank=True, max_length=120)),
                ("rows", models.PositiveIntegerField(default=0)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.participant",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="participants.subjectrequest",
                    ),
                ),
            ],
            options={
                "constraints": [
                    partners.walls.Wall(
                        apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                        name="participants_subjectcopy_wall",
                        select={"prime": "(select wall.cleared())"},
                        update=(
                            "made_at",
                            "expires_at",
                            "removed_at",
                            "data_stored_as",
                            "letter_stored_as",
                            "rows",
                        ),
                    ),
                    partners.walls.Reference(field="request", name="participants_subjectcopy_request_within"),
                    partners.walls.Reference(
                        field="participant", name="participants_subjectcopy_participant_within"
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="identity",
            name="participants_identity_number",
        ),
        migrations.AddIndex(
            model_name="identity",
            index=models.Index(fields=["tenant", "blind_index"], name="identity_number"),
        ),
        migrations.RunSQL(ERASING, REMOVE_ERASING),
        migrations.RunSQL(ERASE, REMOVE_ERASE),
    ]
