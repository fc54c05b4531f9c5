-- Are the receipts of each year numbered 1, 2, 3 … up to the year's counter?
-- (Numbers that were set aside when a backup was restored are no gap: receipt_gaps.)
-- A row is a gap, or a counter that stands elsewhere than the last receipt of its year.
-- What to do: a receipt was taken away, or written around the counter; restore it, or explain the gap to the auditor.
with numbered as (
  select year, sequence, lag(sequence, 1, 0) over (partition by year order by sequence) as previous
  from (
    select year, sequence from receipts
    union all
    select year, number from receipt_gaps, generate_series(after_sequence + 1, up_to_sequence) as number
  ) given
),
last as (
  select year, max(sequence) as sequence
  from numbered
  group by year
)
select 'gap' as found, year::text, previous as after_number, sequence::bigint as next_number
from numbered
where sequence <> previous + 1
union all
select 'counter', coalesce(last.year::text, counters.name), coalesce(last.sequence, 0), coalesce(counters.value, 0)
from last
full join (select * from counters where name like 'receipt-%') counters on counters.name = 'receipt-' || last.year
where coalesce(last.sequence, 0) <> coalesce(counters.value, 0);
