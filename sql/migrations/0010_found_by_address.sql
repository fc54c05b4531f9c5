-- What staff find by an address: an article however its address was written, and who gives from an e-mail host.

create function article_key(address text)
returns text
language sql
immutable parallel safe
as $function$
  select rtrim(split_part(split_part(address, '#', 1), '?', 1), '/')
$function$;
comment on function article_key is
  'What is the same for every spelling of an article''s address: without query, fragment and the slash at its end.';

drop index donations_article;
create index donations_article on donations (article_key(article_url) text_pattern_ops, paid_at) where article_url is not null;
drop index votes_article;
create index votes_article on votes (article_key(article_url), day);
create index donors_email_host on donors (split_part(email_key, '@', 2)) where email_key is not null;
