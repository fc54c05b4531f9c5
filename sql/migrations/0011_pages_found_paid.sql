-- A page that is found paid when it is to be closed is complete at once, and read a moment later.

alter table checkouts add column awaits_reading boolean not null default false;
comment on column checkouts.awaits_reading is 'It is paid, as was found when it was to be closed; whose the gift is stands in it and was not read yet.';
