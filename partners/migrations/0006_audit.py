"""The audit: a row for every change by trigger, nothing that is written ever changed, and a chain over all of it."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


# Runs as whoever wrote the events, behind the same walls: no change is without its row, not even in bulk.
EVERY_CHANGE = """
create function wall.audit_events() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  insert into public.partners_auditentry
    (id, tenant_id, at, written_at, act, kind, wall, subject_type, subject_id, participant_id, organisation_id,
     by_user_id, by_key_id, purpose, request_id, facts, digest)
  select e.id, e.tenant_id, e.at, clock_timestamp(), 'change', e.kind, e.wall, e.subject_type, e.subject_id,
         e.participant_id, wall.organisation(), e.by_user_id, e.by_key_id,
         left(coalesce(current_setting('wall.purpose', true), ''), 120),
         left(coalesce(current_setting('wall.request', true), ''), 64), e.facts, ''
  from written e;
  return null;
end $$;
create trigger audit_events after insert on public.partners_domainevent
  referencing new table as written for each statement execute function wall.audit_events();
"""
REMOVE_EVERY_CHANGE = (
    "drop trigger audit_events on public.partners_domainevent; drop function wall.audit_events();"
)

# Whatever a grant may say: a row is written once and linked once, and none is taken away.
APPEND_ONLY = """
create function wall.keep_audit() returns trigger language plpgsql set search_path = pg_catalog as $$
declare
  linked public.partners_auditentry;
begin
  if tg_op = 'UPDATE' and old.day is null then
    linked := old;
    linked.day := new.day; linked.sequence := new.sequence; linked.digest := new.digest;
    if linked is not distinct from new then
      return new;
    end if;
  end if;
  raise exception 'append only: %', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger append_only before update or delete on public.partners_auditentry
  for each row execute function wall.keep_audit();
create trigger append_only_whole before truncate on public.partners_auditentry
  for each statement execute function wall.keep_audit();
"""
REMOVE_APPEND_ONLY = """
drop trigger append_only_whole on public.partners_auditentry; drop trigger append_only on public.partners_auditentry;
drop function wall.keep_audit();
"""
# What happened before there was an audit has its row too. The wall of the new table is not in force yet; the events'
# is lifted from the owner for this one statement, and the keys are checked before it is put back.
UNTIL_NOW = """
alter table public.partners_domainevent no force row level security;
insert into public.partners_auditentry
  (id, tenant_id, at, written_at, act, kind, wall, subject_type, subject_id, participant_id, by_user_id, by_key_id,
   purpose, request_id, facts, digest)
select id, tenant_id, at, clock_timestamp(), 'change', kind, wall, subject_type, subject_id, participant_id,
       by_user_id, by_key_id, 'before the audit', '', facts, '' from public.partners_domainevent;
set constraints all immediate;
alter table public.partners_domainevent force row level security;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0005_walls_by_contract"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditDay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("entries", models.PositiveIntegerField(default=0)),
                ("digest", models.CharField(max_length=80)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("broken", models.PositiveIntegerField(default=0)),
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
                        name="partners_auditday_wall",
                        select={"prime": ""},
                        update=("entries", "digest", "checked_at", "broken"),
                    ),
                    models.UniqueConstraint(fields=("tenant", "day"), name="partners_auditday_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("change", "Changed"),
                            ("look", "Looked at"),
                            ("search", "Listed"),
                            ("export", "Downloaded"),
                            ("unmask", "Unmasked"),
                        ],
                        max_length=8,
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                (
                    "wall",
                    models.CharField(
                        choices=[
                            ("case", "Case"),
                            ("referral", "Referral"),
                            ("money", "Money"),
                            ("safeguarding", "Safeguarding"),
                            ("workspace", "Workspace"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject_type", models.CharField(blank=True, max_length=60)),
                ("subject_id", models.UUIDField(blank=True, null=True)),
                ("participant_id", models.UUIDField(blank=True, null=True)),
                ("purpose", models.CharField(blank=True, max_length=120)),
                ("request_id", models.CharField(blank=True, max_length=64)),
                ("facts", models.JSONField(default=dict)),
                ("day", models.DateField(blank=True, null=True)),
                ("sequence", models.PositiveIntegerField(blank=True, null=True)),
                ("digest", models.CharField(blank=True, max_length=80)),
                (
                    "by_key",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.apikey",
                    ),
                ),
                (
                    "by_user",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.tenant",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "at", "id"], name="auditentry_newest"),
                    models.Index(
                        fields=["tenant", "organisation", "at", "id"], name="auditentry_organisation"
                    ),
                    models.Index(fields=["tenant", "by_user", "at", "id"], name="auditentry_by_user"),
                    models.Index(fields=["tenant", "kind", "at", "id"], name="auditentry_kind"),
                    models.Index(
                        condition=models.Q(("participant_id__isnull", False)),
                        fields=["tenant", "participant_id", "at", "id"],
                        name="auditentry_participant",
                    ),
                    models.Index(
                        condition=models.Q(("act__in", ["search", "export", "unmask"])),
                        fields=["tenant", "act", "at", "id"],
                        name="auditentry_rare_act",
                    ),
                    models.Index(
                        condition=models.Q(("day", None)),
                        fields=["tenant", "written_at", "id"],
                        name="auditentry_unlinked",
                    ),
                ],
                "constraints": [
                    partners.walls.Wall(
                        apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                        name="partners_auditentry_wall",
                        select={
                            "prime": "(wall <> 'safeguarding' or (select wall.cleared()))",
                            "provider": "(act <> 'change' and wall <> 'safeguarding' and participant_id in (select h from wall.held() h) and (organisation_id = (select wall.organisation()) or organisation_id in (select o.id from partners_organisation o where o.kind = 'prime')))",
                        },
                        update=("day", "sequence", "digest"),
                    ),
                    partners.walls.Reference(
                        field="organisation", name="partners_auditentry_organisation_within"
                    ),
                    partners.walls.Reference(field="by_key", name="partners_auditentry_by_key_within"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("day", None), ("digest", ""), ("sequence", None)),
                            models.Q(("day__isnull", False), ("digest__gt", ""), ("sequence__gt", 0)),
                            _connector="OR",
                        ),
                        name="partners_auditentry_linked_whole",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("day__isnull", False)),
                        fields=("tenant", "day", "sequence"),
                        name="partners_auditentry_place",
                    ),
                ],
            },
        ),
        migrations.RunSQL(UNTIL_NOW, migrations.RunSQL.noop),
        migrations.RunSQL(EVERY_CHANGE, REMOVE_EVERY_CHANGE),
        migrations.RunSQL(APPEND_ONLY, REMOVE_APPEND_ONLY),
    ]
