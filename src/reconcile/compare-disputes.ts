import { readObject } from '../../webhooks/read-object.ts';
import { fromUnix, plusSeconds } from '../clock.ts';
import type { Database } from '../db/database.ts';
import type { Services } from '../services.ts';
import { pagesOf } from '../stripe/lists.ts';
import { undefinedIfGone } from './booked-transactions.ts';
import { type Discrepancy, noteDiscrepancies } from './note-discrepancies.ts';
import { tryToRepair } from './try-to-repair.ts';
import { findCutOver, latestOf } from './window.ts';

const kind = 'dispute';

/** Banks may ask about a payment for months, and decide months later. */
const days = 365;

/**
 * Compares the status of each dispute of a year with Stripe's. An inquiry moves no money: where all of its events were lost, nothing
 * else tells of it. One that differs is read again, as an event about it would have it; what differs after that is a discrepancy.
 */
export async function compareDisputes(services: Services): Promise<void> {
  const { db, stripe, clock } = services;
  const since = latestOf(plusSeconds(clock.now(), -days * 86_400), (await findCutOver(db)) ?? fromUnix(0));
  const suspects: string[] = [];
  for await (const page of pagesOf((after) => stripe.listObjects('disputes', { since, after }))) {
    const ids = page.map(({ id }) => id);
    const ours = await findStatuses(db, ids);
    suspects.push(...page.filter(({ id, status }) => ours.get(id) !== status).map(({ id }) => id));
  }
  const found: Discrepancy[] = [];
  for (const id of suspects) found.push(...(await repair(services, id)));
  await noteDiscrepancies(db, { kind, found, looked: 'all' });
}

async function repair(services: Services, id: string): Promise<Discrepancy[]> {
  let words = 'it differs and could not be read';
  await tryToRepair(services, id, async () => {
    await readObject(services, id);
    const theirs = (await services.stripe.getDispute(id).catch(undefinedIfGone))?.status ?? 'none';
    const ours = (await findStatuses(services.db, [id])).get(id) ?? 'none';
    words = ours === theirs ? '' : `status: ours ${ours}, Stripe's ${theirs}`;
  });
  return words === '' ? [] : [{ kind, objectId: id, detail: words }];
}

async function findStatuses(db: Database, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('disputes')
    .select(['id', 'status'])
    .where('id', 'in', ['', ...ids])
    .execute();
  return new Map(rows.map(({ id, status }) => [id, status]));
}
