-- Was every event that we tried to work on worked on in the end?
-- A row is an event that was given up: what it says may be missing in the books.
-- What to do: mend what its error says, then put it back to pending.
select
  events.id,
  events.type,
  events.subject,
  events.received_at,
  events.attempts,
  events.error
from inbox_events events
where events.state = 'dead'
order by events.received_at, events.id;
