-- Does the audit trail name whoever of the staff moved money or erased a person?
-- A row is a refund that was asked for or refused here, or an erased donor, of whom the trail says nothing.
-- What to do: find out from the log who did it. Nothing can be added later: somebody wrote to the database past the service.
select acts.object_id, acts.action, acts.at
from (
  select id, 'refund.requested', created_at from refunds where requested_by is not null
  union all
  select id, 'refund.refused', created_at from refunds
  where requested_by is not null and status = 'failed' and stripe_refund_id is null
  union all
  select id, 'donor.erased', erased_at from donors where erased_at is not null
) as acts (object_id, action, at)
where not exists (
  select from audit_entries entries
  where entries.object_id = acts.object_id and entries.action = acts.action
)
order by acts.at, acts.object_id;
