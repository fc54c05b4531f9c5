-- Are the journals numbered 1, 2, 3 … up to the counter?
-- A row is a gap (after its position, up to the next one), or the counter where it stands elsewhere than the last journal.
-- What to do: a journal was taken away or written around the counter; restore it from a backup before anything is exported.
with numbered as (
  select position, lag(position, 1, 0) over (order by position) as previous
  from ledger_journals
)
select 'gap' as found, previous as after_position, position as next_position
from numbered
where position <> previous + 1
union all
select 'counter', (select coalesce(max(position), 0) from ledger_journals), value
from counters
where name = 'journal'
  and value <> (select coalesce(max(position), 0) from ledger_journals);
