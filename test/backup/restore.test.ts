import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, createPool } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { createLiveServices, type LiveServices } from '../../src/live-services.ts';
import { silentLog } from '../../src/log.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import { restoredCommand } from '../../src/reconcile/restored-command.ts';
import { type Postgres, startPostgres } from '../../src/sandbox/postgres.ts';
import { startService } from '../../src/serve.ts';
import { drainJobs } from '../../src/worker.ts';
import { copyCluster } from '../support/copy-cluster.ts';
import { eventually } from '../support/eventually.ts';
import { checkoutIdOf, type Gift, giveOnce, giveRegularly, pay } from '../support/reader.ts';
import { openStand, type Stand } from '../support/stand.ts';

const settings = { synchronous_commit: 'on' };

describe.skipIf(process.platform === 'win32')('yesterday’s backup', () => {
  let folder: string;
  let lost: Postgres;
  let restored: Postgres;
  let stand: Stand;
  let live: LiveServices;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'gratis-backup-'));
    chmodSync(folder, 0o755);
    lost = await startPostgres({ dir: path.join(folder, 'lost'), test: true, settings });
    const pool = createPool(lost.url, { name: 'test', max: 4 });
    await migrate(pool);
    const database = { url: lost.url, pool, db: createDatabase(pool), setReachable: async () => {}, close: () => pool.end() };
    stand = await openStand({ database });
  }, 60_000);
  afterAll(async () => {
    await live?.close();
    await stand?.close();
    await Promise.all([lost?.stop(), restored?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const give = async (name: string, isPaid = true): Promise<Gift> => {
    const gift = await giveOnce(stand, { amount: 1000, currency: 'eur' });
    if (isPaid) await pay(stand, gift, { email: `${name}@example.net` });
    return gift;
  };
  const refund = async (gift: Gift, amount: number) => {
    const { payment_intent } = await stand.stripe.checkout.sessions.retrieve(checkoutIdOf(gift));
    await stand.stripe.refunds.create({ payment_intent: payment_intent as string, amount });
  };
  const numbersIn = async () => {
    const mails = await stand.mails();
    return mails.map(({ to, subject }) => ({ to, number: /\b20\d\d-\d{6}\b/.exec(subject)![0] }));
  };

  test('and one step after it give the same books as Stripe’s, no number twice, and nobody a second letter', async () => {
    const first = await give('first');
    const monthly = await giveRegularly(stand, { amount: 500, currency: 'eur', interval: 'month' });
    await pay(stand, monthly, { email: 'monthly@example.net' });
    await stand.settle();
    const begun = await give('begun', false);
    await copyCluster(lost, path.join(folder, 'lost'), path.join(folder, 'restored'));

    await give('second');
    await pay(stand, begun, { email: 'begun@example.net' });
    await refund(first, 300);
    await stand.settle();
    const down = await give('down', false);
    await stand.settle();
    const before = await numbersIn();
    expect(before.map(({ to }) => to).sort()).toEqual(
      ['begun', 'first', 'first', 'monthly', 'second'].map((name) => `${name}@example.net`),
    );
    const lostAt = stand.live.clock.now();
    await stand.service.stop();
    await lost.stop();
    await stand.advance(60);
    await pay(stand, down, { email: 'down@example.net' });
    await refund(first, 100);

    restored = await startPostgres({ dir: path.join(folder, 'restored'), test: true, settings });
    const config = { ...stand.config, databaseUrl: restored.url };
    live = createLiveServices(config, { clock: stand.live.clock, log: silentLog });
    const said = await restoredCommand(live.long, { lostAt: lostAt.toISOString() }, (services) => drainJobs(live, services));
    expect(said).toMatch(/receipt numbers 20\d\d-000003 to 20\d\d-\d{6} are set aside/);
    expect(await stand.mails()).toHaveLength(before.length);
    expect(await reconcile(live.long)).toEqual([]);

    const service = await startService(createLiveServices(config, { clock: stand.live.clock, log: silentLog }));
    const after = await eventually(async () => {
      const all = await numbersIn();
      expect(all).toHaveLength(before.length + 2);
      return all.slice(before.length);
    });
    await expect(restoredCommand(live.long, {}, async () => {})).rejects.toThrow(/a worker is connected/);
    expect(after.map(({ to }) => to).sort()).toEqual(['down@example.net', 'first@example.net']); // what came while all was down
    await eventually(async () => {
      const waiting = live.db.selectFrom('donations').select('id').where('follow_up_at', 'is not', null);
      expect(await waiting.execute()).toEqual([]);
    });
    await stand.simulate('settle'); // the fees are known: Stripe tells each with an event of its own
    await service.stop();
    expect(new Set([...before, ...after].map(({ number }) => number)).size).toBe(before.length + 2);
    expect(await reconcile(live.long)).toEqual([]);
    expect(await restoredCommand(live.long, {}, (services) => drainJobs(live, services))).toMatch(/0 events/);
    expect(await stand.mails()).toHaveLength(before.length + 2);
  }, 30_000);
});
