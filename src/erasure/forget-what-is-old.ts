import { sql } from 'kysely';
import { plusSeconds } from '../clock.ts';
import { loadSweepState, saveSweepState } from '../jobs/sweep-runs.ts';
import type { Services } from '../services.ts';
import { scrubMails } from './scrub-person.ts';

const daySeconds = 24 * 3600;
const mostAtOnce = 5000;
const sweepName = 'forget-what-is-old';

/**
 * Throws away what nobody needs any longer, as many days after as newsroom.json says: the words of Stripe's events, names and addresses
 * that were typed before paying, and mails. Also letters that were written to somebody in the moment of their erasure.
 */
export async function forgetWhatIsOld(services: Services): Promise<void> {
  await forgetEventBodies(services);
  await forgetCheckouts(services);
  await forgetMails(services);
  await forgetOnceMore(services);
}

/** Begins where the last run ended: events are stored in the order of `received_at`. */
async function forgetEventBodies({ db, clock, config }: Services): Promise<void> {
  const until = daysAgo(clock.now(), config.newsroom.retention_days.event_bodies);
  const { forgotten_until: from = '-infinity' } = (await loadSweepState(db, sweepName)) as { forgotten_until?: string };
  await untilNothingIsLeft(() =>
    sql`
      update inbox_events set body = null
      where id in (
        select id from inbox_events
        where body is not null and received_at >= ${from}::timestamptz and received_at < ${until}
        order by received_at
        limit ${mostAtOnce}
      )`.execute(db),
  );
  await saveSweepState(db, sweepName, { forgotten_until: until.toISOString() });
}

async function forgetCheckouts({ db, clock, config }: Services): Promise<void> {
  await untilNothingIsLeft(() =>
    sql`
      update checkouts set donor_name = null, wish_hash = null, parameters = parameters - 'email'
      where idempotency_key in (
        select idempotency_key from checkouts
        where (donor_name is not null or parameters ->> 'email' is not null) and state in ('complete', 'expired')
          and expires_at < ${daysAgo(clock.now(), config.newsroom.retention_days.checkouts)}
        order by expires_at
        limit ${mostAtOnce}
      )`.execute(db),
  );
}

async function forgetMails({ db, clock, config }: Services): Promise<void> {
  await untilNothingIsLeft(() =>
    sql`
      update mails set to_address = '', subject = '', text_body = '', html_body = '', headers = '{}'
      where id in (
        select id from mails
        where to_address <> '' and (sent_at is not null or given_up_at is not null)
          and created_at < ${daysAgo(clock.now(), config.newsroom.retention_days.mails)}
        order by created_at
        limit ${mostAtOnce}
      )`.execute(db),
  );
}

async function forgetOnceMore({ db, clock }: Services): Promise<void> {
  const erased = await db.selectFrom('erasures').select('donor_id').where('erased_at', '>', daysAgo(clock.now(), 2)).execute();
  for (const { donor_id } of erased) {
    await db.transaction().execute((trx) => scrubMails(trx, { donorId: donor_id, email: null }, clock.now()));
  }
}

async function untilNothingIsLeft(forget: () => Promise<{ numAffectedRows?: bigint }>): Promise<void> {
  let count: bigint;
  do {
    count = (await forget()).numAffectedRows ?? 0n;
  } while (count >= BigInt(mostAtOnce));
}

function daysAgo(now: Date, days: number): Date {
  return plusSeconds(now, -days * daySeconds);
}
