"""How long what an enrolment has reached stays as it is; a journal is whole when it commits, and stays so."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.db import migrations, models

# What is checked for each entry is checked for each journal as well, at commit: one without entries has none to check.
# Entries join a journal in the transaction that writes it and in no other. Its rows are seen by this transaction, so
# that the one that wrote them has either committed or is this one, at whatever savepoint. xmin lacks the epoch, which
# is this transaction's or the one before.
WHOLE_JOURNALS = """
create function wall.journal_is_whole() returns trigger language plpgsql security definer
  set search_path = pg_catalog as $$
declare total bigint;
begin
  select sum(pence) into total from public.outcomes_entry where journal_id = new.id;
  if total is distinct from 0 then
    raise exception 'journal does not balance' using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger journal_is_whole after insert on public.outcomes_journal
  deferrable initially deferred for each row execute function wall.journal_is_whole();
alter function wall.journal_is_whole() owner to baton_definer;
revoke all on function wall.journal_is_whole() from public;
create function wall.journal_is_written() returns trigger language plpgsql
  set search_path = pg_catalog set enable_seqscan = off as $$
declare
  now_at numeric := pg_current_xact_id()::text::numeric;
  epoch numeric := now_at - mod(now_at, 4294967296);
begin
  -- Journal by journal, by its key: a join might be planned for a table that was empty when somebody counted last.
  if exists (
    select from (select distinct journal_id from added) a
    where (
      select pg_xact_status((epoch + j.xmin::text::numeric
        - case when epoch + j.xmin::text::numeric > now_at + 2147483648 then 4294967296 else 0 end)::text::xid8)
      from public.outcomes_journal j where j.id = a.journal_id
    ) is distinct from 'in progress'
  ) then
    raise exception 'the journal is written already' using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
create trigger journal_is_written after insert on public.outcomes_entry
  referencing new table as added for each statement execute function wall.journal_is_written();
"""
REMOVE_WHOLE_JOURNALS = """
drop trigger journal_is_written on public.outcomes_entry; drop function wall.journal_is_written();
drop trigger journal_is_whole on public.outcomes_journal; drop function wall.journal_is_whole();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0009_forecast"),
        ("participants", "0005_restricted_elsewhere"),
        ("partners", "0007_two_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("as_of", models.DateField()),
                ("again_on", models.DateField()),
                (
                    "enrolment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.enrolment",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
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
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "again_on"], name="standing_due")],
                "constraints": [
                    partners.walls.Wall(
                        apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                        name="outcomes_standing_wall",
                        select={},
                        update=("as_of", "again_on"),
                    ),
                    partners.walls.Reference(field="enrolment", name="outcomes_standing_enrolment_within"),
                    partners.walls.Reference(
                        field="participant", name="outcomes_standing_participant_within"
                    ),
                    models.UniqueConstraint(fields=("tenant", "enrolment"), name="outcomes_standing_once"),
                ],
            },
        ),
        migrations.RunSQL(WHOLE_JOURNALS, REMOVE_WHOLE_JOURNALS),
    ]
