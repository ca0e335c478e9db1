"""Restricted people, and walls that go by contract."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


FUNCTIONS = """
create or replace function wall.held_cases() returns table (participant_id uuid, contract_id uuid)
language sql stable parallel safe as $$
  select a.participant_id, a.contract_id from public.participants_assignment a
  where a.tenant_id = (select wall.tenant()) and a.organisation_id = (select wall.organisation())
    and a.voided_at is null and a.starts_on <= (select wall.today())
    and (a.ends_on is null or a.ends_on >= (select wall.today()))
$$;
create or replace function wall.case_periods()
returns table (participant_id uuid, contract_id uuid, starts_on date, ends_on date)
language sql stable parallel safe as $$
  select a.participant_id, a.contract_id, a.starts_on, coalesce(a.ends_on, 'infinity'::date)
  from public.participants_assignment a
  where a.tenant_id = (select wall.tenant()) and a.organisation_id = (select wall.organisation())
    and a.voided_at is null and a.starts_on <= (select wall.today())
$$;
-- Looks behind the walls, since the wall of the very tables that it reads asks it.
grant select on public.participants_restriction, public.participants_namedaccess to baton_definer;
set local role baton_definer;
create or replace function wall.beyond(at_least integer) returns setof uuid
language sql stable security definer set search_path = pg_catalog as $$
  select r.participant_id from public.participants_restriction r
  where r.tenant_id = (select wall.tenant()) and r.level >= at_least and r.lowered_at is null
    and not exists (
      select from public.participants_namedaccess n
      where n.tenant_id = r.tenant_id and n.participant_id = r.participant_id and n.ended_at is null
        and n.user_id = (select wall.viewing_user()))
$$;
reset role;
"""
REMOVE = """
set local role baton_definer;
create or replace function wall.beyond(at_least integer) returns setof uuid
  language sql stable security definer set search_path = pg_catalog as $$ select null::uuid where false $$;
reset role;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0001_first"),
        ("partners", "0006_audit"),
        ("programmes", "0002_controllers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Restriction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restrictions",
                        to="participants.participant",
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Contact details hidden"), (2, "Seen by named people only")]
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                (
                    "lowering_asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("lowering_asked_at", models.DateTimeField(null=True)),
                ("lowering_to", models.PositiveSmallIntegerField(null=True)),
                (
                    "lowered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("lowered_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("lowered_at", None)),
                        fields=["tenant", "level"],
                        include=("participant",),
                        name="restriction_in_force",
                    )
                ],
                "constraints": [
                    partners.walls.Wall(
                        apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                        name="participants_restriction_wall",
                        select={"prime": "", "provider": "participant_id in (select h from wall.held() h)"},
                        update=(
                            "lowering_asked_by",
                            "lowering_asked_at",
                            "lowering_to",
                            "lowered_by",
                            "lowered_at",
                        ),
                    ),
                    partners.walls.Reference(
                        field="participant", name="participants_restriction_participant_within"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("lowered_at", None)),
                        fields=("tenant", "participant", "level"),
                        name="participants_restriction_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", [1, 2])), name="participants_restriction_level"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lowered_at", None), ("lowered_by", None)),
                            models.Q(
                                ("lowered_at__isnull", False),
                                ("lowered_by__isnull", False),
                                ("lowering_asked_by__isnull", False),
                                models.Q(("lowered_by", models.F("lowering_asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="participants_restriction_lowered_by_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RestrictionReason",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restriction_reasons",
                        to="participants.participant",
                    ),
                ),
                (
                    "restriction",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reasons",
                        to="participants.restriction",
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("domestic_abuse", "Domestic abuse"),
                            ("child_protection", "Child protection"),
                            ("mappa", "Multi-agency public protection (MAPPA)"),
                            ("threat", "Threat to the person"),
                            ("withheld", "The referrer withholds contact details"),
                            ("other", "Another live risk"),
                        ],
                        max_length=20,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=300)),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("raised", "Restricted"),
                            ("named", "Named"),
                            ("lowering_asked", "Asked to restrict less"),
                        ],
                        max_length=16,
                    ),
                ),
                ("noted_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    partners.walls.Wall(
                        apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                        name="participants_restrictionreason_wall",
                        select={
                            "prime": "((select wall.cleared()) or participant_id in (select n.participant_id from participants_namedaccess n where n.user_id = (select wall.viewing_user()) and n.ended_at is null))",
                            "provider": "(participant_id in (select h from wall.held() h) and ((select wall.cleared()) or participant_id in (select n.participant_id from participants_namedaccess n where n.user_id = (select wall.viewing_user()) and n.ended_at is null)))",
                        },
                    ),
                    partners.walls.Reference(
                        field="participant", name="participants_restrictionreason_participant_within"
                    ),
                    partners.walls.Reference(
                        field="restriction", name="participants_restrictionreason_restriction_within"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="NamedAccess",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="named_access",
                        to="participants.participant",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "named_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("named_at", models.DateTimeField()),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    partners.walls.Wall(
                        apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                        name="participants_namedaccess_wall",
                        select={"prime": "", "provider": "participant_id in (select h from wall.held() h)"},
                        update=("ended_by", "ended_at"),
                    ),
                    partners.walls.Reference(
                        field="participant", name="participants_namedaccess_participant_within"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("tenant", "participant", "user"),
                        name="participants_namedaccess_once",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ControlMeasure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="control_measures",
                        to="participants.participant",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("not_alone", "Do not meet alone"),
                            ("not_at_site", "Not at this site"),
                            ("no_home_visit", "No home visits"),
                            ("no_messages", "Leave no messages"),
                            ("same_sex_staff", "Staff of the same sex only"),
                            ("through_referrer", "Contact through the referrer"),
                            ("other", "Another measure"),
                        ],
                        max_length=16,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=200)),
                (
                    "noted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("noted_at", models.DateTimeField()),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    partners.walls.Wall(
                        apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                        name="participants_controlmeasure_wall",
                        select={"prime": "", "provider": "participant_id in (select h from wall.held() h)"},
                        update=("ended_by", "ended_at"),
                    ),
                    partners.walls.Reference(
                        field="participant", name="participants_controlmeasure_participant_within"
                    ),
                    partners.walls.Reference(
                        field="organisation", name="participants_controlmeasure_organisation_within"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.RunSQL(
            sql=FUNCTIONS,
            reverse_sql=REMOVE,
        ),
        partners.walls.RebuildWall(
            model_name="participant",
            wall=partners.walls.Wall(
                apart="(id is null or id not in (select b from wall.beyond(2) b))",
                name="participants_participant_wall",
                select={
                    "prime": "",
                    "provider": "id in (select p.participant_id from wall.case_periods() p)",
                },
                update=("given_name", "family_name", "search_name", "born_on"),
            ),
        ),
        partners.walls.RebuildWall(
            model_name="contactdetails",
            wall=partners.walls.Wall(
                apart="(participant_id not in (select b from wall.beyond(1) b))",
                name="participants_contactdetails_wall",
                select={"prime": "", "provider": "participant_id in (select h from wall.held() h)"},
                update=("address", "postcode", "area_code", "phone", "email", "safe_contact"),
            ),
        ),
        partners.walls.RebuildWall(
            model_name="identity",
            wall=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="participants_identity_wall",
                select={"prime": "", "provider": "participant_id in (select h from wall.held() h)"},
                update=("key_id", "sealed", "blind_index"),
            ),
        ),
        partners.walls.RebuildWall(
            model_name="health",
            wall=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="participants_health_wall",
                select={
                    "prime": "(select wall.cleared())",
                    "provider": "participant_id in (select h from wall.held() h)",
                },
                update=("conditions", "noted_on"),
            ),
        ),
        partners.walls.RebuildWall(
            model_name="concern",
            wall=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="participants_concern_wall",
                select={
                    "prime": "(select wall.cleared())",
                    "provider": "(participant_id in (select h from wall.held() h) and (select wall.cleared()))",
                },
            ),
        ),
        partners.walls.RebuildWall(
            model_name="enrolment",
            wall=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="participants_enrolment_wall",
                select={
                    "prime": "",
                    "provider": "((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id and {table}.started_on between p.starts_on and p.ends_on))",
                },
                update=("ended_on", "end_reason"),
            ),
        ),
        partners.walls.RebuildWall(
            model_name="assignment",
            wall=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="participants_assignment_wall",
                select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
                update=("adviser", "ends_on", "voided_at"),
            ),
        ),
        partners.walls.RebuildWall(
            model_name="contact",
            wall=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="participants_contact_wall",
                select={
                    "prime": "",
                    "provider": "((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id and {table}.contacted_on between p.starts_on and p.ends_on))",
                },
            ),
        ),
    ]
