import { sql } from 'kysely';
import { plusSeconds } from '../clock.ts';
import { loadSweepState, saveSweepState } from '../jobs/sweep-runs.ts';
import type { Services } from '../services.ts';
import type { Watch } from './alarm.ts';

const endpointSweep = 'watch-endpoint';
const silentMinutes = 15;
/** What is older was found because somebody looked so far back. */
const freshHours = 6;

/** Asks Stripe how our webhook endpoint stands, and keeps the answer for `watchStripe`. */
export async function watchEndpoint({ db, stripe, config }: Services): Promise<void> {
  const status = await stripe.getEndpointStatus(`${config.publicUrl}/webhooks/stripe`);
  await saveSweepState(db, endpointSweep, { status });
}

/**
 * Whether Stripe still talks to us. Silence: for a quarter of an hour no webhook came, and events were found by asking that one should
 * have brought. The endpoint: disabled, or, in live mode, gone; in test mode `stripe listen` may stand in for it.
 */
export const watchStripe: Watch = {
  kinds: ['silence', 'endpoint'],
  async find(services) {
    const { db, config, clock } = services;
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from inbox_events
      where source = 'sweep' and created_at > ${plusSeconds(clock.now(), -freshHours * 3600)}
        and received_at > coalesce((select max(received_at) from inbox_events where source = 'webhook'), '-infinity')
        and not exists (
          select from inbox_events
          where source = 'webhook' and received_at > now() - ${silentMinutes} * interval '1 minute'
        )`.execute(db);
    const missed = rows[0]!.count;
    const { status } = await loadSweepState(db, endpointSweep);
    const isAway = status === 'disabled' || (status === 'missing' && config.stripe.livemode);
    return [
      ...(missed > 0 ? [{ kind: 'silence' as const, subject: 'webhooks', detail: String(missed) }] : []),
      ...(isAway ? [{ kind: 'endpoint' as const, subject: 'webhooks', detail: String(status) }] : []),
    ];
  },
};
