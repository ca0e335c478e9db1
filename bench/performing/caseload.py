"""A caseload written in bulk, as SQL."""

# Every person: a day of referral in 24 months, a provider, perhaps a start, a job, an outcome and sustainments.
PEOPLE = """
create temporary table person on commit drop as
select n, gen_random_uuid() as id, gen_random_uuid() as referral, gen_random_uuid() as assignment,
       gen_random_uuid() as allocation, gen_random_uuid() as enrolment, gen_random_uuid() as decision,
       %(first)s + floor(random() * %(days)s)::integer as referred_on,
       (%(providers)s::uuid[])[1 + at] as provider,
       (1 + floor(random() * 4)::integer)::text as payment_group,
       'E0900000' || (1 + (at + floor(random() * 2)::integer) %% 5) as area,
       random() < 0.3 as is_ill, floor(random() * 36)::integer as months,
       random() < 0.85 as started, floor(random() * 35)::integer as lag,
       random() < 0.45 as worked, floor(random() * 300)::integer as until_work,
       random() < 0.55 as lasted, floor(random() * 13)::integer as sustained
  from (select n, floor(random() * %(width)s)::integer as at from generate_series(%(from)s, %(to)s) n) each
"""
ROWS = (
    """participants_participant (id, tenant_id, reference, given_name, family_name, search_name, born_on, made_at)
       select id, wall.tenant(), 'PT-' || n, 'Given', 'F' || n, 'f' || n, '1990-01-01', now() from person""",
    """participants_assignment (id, tenant_id, participant_id, contract_id, organisation_id, role, purpose, starts_on)
       select assignment, wall.tenant(), id, %(contract)s, provider, 'lead', '', referred_on from person""",
    """referrals_referral (id, tenant_id, reference, contract_id, organisation_id, participant_id, channel,
              external_reference, payment_group, area, status, received_at, received_on)
       select referral, wall.tenant(), 'RF-' || n, %(contract)s, %(referrer)s, id, 'api', '', payment_group, area,
              case when started then 'started' else 'did_not_start' end, referred_on, referred_on from person""",
    """referrals_eligibilitydecision (id, tenant_id, referral_id, rule_set_id, outcome, reasons, missing, decided_at)
       select decision, wall.tenant(), referral, %(rules)s, 'eligible', '[]', '[]', referred_on from person""",
    """referrals_decisionfacts (id, tenant_id, decision_id, facts)
       select gen_random_uuid(), wall.tenant(), decision,
              jsonb_build_object('concerns', case when is_ill then '["own_health"]' else '[]' end::jsonb,
                                 'months_on_benefit', months) from person""",
    """referrals_allocation (id, tenant_id, referral_id, organisation_id, assignment_id, reason, allocated_at)
       select allocation, wall.tenant(), referral, provider, assignment, 'share', referred_on from person""",
    """referrals_acceptance (id, tenant_id, allocation_id, organisation_id, accepted_at, by_id)
       select gen_random_uuid(), wall.tenant(), allocation, provider, referred_on, %(user)s from person""",
    """participants_enrolment (id, tenant_id, participant_id, contract_id, payment_group, referred_on, started_on,
              end_reason)
       select enrolment, wall.tenant(), id, %(contract)s, payment_group, referred_on, referred_on + lag, ''
         from person where started and referred_on + lag <= %(today)s""",
    """outcomes_milestone (id, tenant_id, enrolment_id, participant_id, contract_id, organisation_id, payment_group,
              code, ordinal, reached_on, claimable_from, why, generation, computed_at, reversed_why)
       select gen_random_uuid(), wall.tenant(), enrolment, id, %(contract)s, provider, payment_group, code, ordinal,
              reached_on, reached_on, 'bench', 0, now(), ''
         from person cross join lateral (
           select 'start' as code, 1 as ordinal, referred_on + lag as reached_on
           union all select 'job_start', 1, referred_on + lag + until_work where worked
           union all select 'job_outcome', 1, referred_on + lag + until_work + 182 where worked and lasted
           union all select 'sustainment', k, referred_on + lag + until_work + 182 + 28 * k
                       from generate_series(1, sustained) k where worked and lasted) reached
        where started and reached_on <= %(today)s""",
    """participants_contact (id, tenant_id, participant_id, contract_id, organisation_id, adviser_id, channel, result,
              contacted_on, recorded_at, note, next_step)
       select gen_random_uuid(), wall.tenant(), id, %(contract)s, provider, %(user)s,
              case when random() < 0.6 then 'in_person' else 'phone' end,
              case when random() < 0.15 then 'did_not_attend' else 'attended' end, met_on, met_on, '', ''
         from person cross join lateral (
           select referred_on + lag + 30 * k + floor(30 * random())::integer as met_on from generate_series(0, 5) k) met
        where started and met_on <= %(today)s""",
)
