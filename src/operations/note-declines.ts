import { sql } from 'kysely';
import type { Services } from '../services.ts';

/** More cards than this declined on one page: nobody gives so, and it is closed. */
const mostOnOnePage = 10;

/**
 * Takes down the declined cards of the last hour that Stripe told of and that are not taken down yet. Renewals that fail by themselves
 * do not count: only a card on one of our pages does, which is one of a gift of ours or of a subscription that is just being made.
 */
export async function noteDeclines({ db }: Pick<Services, 'db'>): Promise<void> {
  await sql`
    with told as (
      select id, received_at, convert_from(body, 'UTF8')::json #> '{data,object}' as intent
      from inbox_events
      where type = 'payment_intent.payment_failed' and reason = 'it is counted, not read'
        and received_at > clock_timestamp() - interval '1 hour'
        and not exists (select from declines where event_id = inbox_events.id)
    )
    insert into declines (event_id, gift_id, declined_at)
    select id, intent #>> '{metadata,gratis_donation}', received_at from told
    where intent #>> '{metadata,gratis_donation}' is not null or intent ->> 'description' = 'Subscription creation'
    on conflict do nothing`.execute(db);
}

/** Keys of the checkouts that can still be paid although very many cards were declined on their page. */
export async function findTestedCheckouts({ db }: Pick<Services, 'db'>): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select checkout.idempotency_key as key from checkouts checkout
    where checkout.state = 'open' and checkout.idempotency_key in (
      select 'checkout-' || gift_id from declines
      where declined_at > clock_timestamp() - interval '1 hour'
      group by gift_id having count(*) > ${mostOnOnePage}
    )`.execute(db);
  return rows.map(({ key }) => key);
}

/** Removes what is older than a day. */
export async function removeOldStarts({ db }: Pick<Services, 'db'>): Promise<void> {
  await sql`delete from gift_starts where started_at < clock_timestamp() - interval '1 day'`.execute(db);
  await sql`delete from declines where declined_at < clock_timestamp() - interval '1 day'`.execute(db);
}
