-- Is everything that Stripe told us worked on in time?
-- limit: how long an event may wait, such as '30 minutes'
-- A row is an object about which an event waits for longer: what it says is not in the books yet.
-- What to do: see whether a worker runs, and what the error says; the event is tried again by itself.
select
  events.subject,
  count(*) as events,
  min(events.received_at) as waiting_since,
  max(events.attempts) as attempts,
  max(events.error) as error
from inbox_events events
where events.state = 'pending'
  and events.received_at < now() - :'limit'::interval
group by events.subject
order by waiting_since, events.subject;
