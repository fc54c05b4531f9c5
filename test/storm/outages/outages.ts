import { setTimeout as pause } from 'node:timers/promises';
import type { Stage } from '../commands/command.ts';
import { openNotes } from '../commands/notes.ts';
import { askForGift, askService, payPage } from '../commands/reader.ts';
import { compare } from '../compare/compare.ts';
import { heal } from '../heal.ts';
import { openChance } from '../kills/chance.ts';
import { compareAfterKills } from '../kills/compare-after-kills.ts';
import { openKillGround } from '../kills/ground.ts';
import { startLoad } from '../kills/load.ts';
import { advance } from '../stage/calm.ts';
import { openSlot } from '../stage/slot.ts';

/** What an outage came to: how often each status was answered meanwhile, and what differed once it was over. */
export type OutageResult = { name: string; answers: Record<string, number>; facts: string[]; differences: string[] };

const fiveMinutes = 300;
const turnsOfAnHour = 12;

/** Postgres is stopped under load, by the wall clock; then it is there again. */
export async function postgresAway(seed: number, seconds: number): Promise<OutageResult> {
  const ground = await openKillGround();
  try {
    const load = startLoad(ground.scene, 3, openChance(seed));
    await pause(3000);
    await ground.stopPostgres();
    const answers: Record<string, number> = {};
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
      const { status, body } = await askService(ground.scene, 'POST', '/v1/donations', {
        body: plainGift,
        key: `away-${performance.now()}`,
      });
      count(
        answers,
        `${status} ${String(body.type ?? '')
          .split('/')
          .at(-1)}`,
      );
      await pause(200);
    }
    const ready = await ground.startPostgres();
    await pause(3000);
    await load.stop();
    const facts = [`ready ${(ready / 1000).toFixed(2)} s after Postgres was started`, `${load.taken()} gifts in all`];
    return { name: `Postgres away for ${seconds} s`, answers, facts, differences: await compareAfterKills(ground) };
  } finally {
    await ground.close();
  }
}

const plainGift = { amount: 500, currency: 'eur' };

/** For an hour of simulated time the mail server takes nothing; gifts go on. */
export function mailAway(adminUrl: string): Promise<OutageResult> {
  return anHour(adminUrl, 'mail away for an hour', {
    begin: async ({ slot }) => void (await slot.mailFault({ mode: 'refuse', times: 1_000_000 })),
    facts: async ({ slot }) => [`${slot.mails().length} mails came when it was there again`],
  });
}

/** For an hour of simulated time Stripe answers nobody; what it tells still comes. */
export function stripeAway(adminUrl: string): Promise<OutageResult> {
  return anHour(adminUrl, 'Stripe away for an hour', {
    begin: async ({ slot }) =>
      void (await slot.stripe.lever('faults', { api: { fault: 'cut-before', path: '/v1/*', times: 1_000_000 } })),
    facts: async ({ slot }) => {
      const { rows } = await slot.database.pool.query("select count(*) from inbox_events where state = 'dead'");
      return [`${rows[0].count} events were given up`];
    },
  });
}

type Outage = { begin(stage: Stage): Promise<void>; facts(stage: Stage): Promise<string[]> };

async function anHour(adminUrl: string, name: string, { begin, facts }: Outage): Promise<OutageResult> {
  const slot = await openSlot(adminUrl);
  const stage: Stage = { slot, notes: openNotes(), fired: () => undefined };
  const answers: Record<string, number> = {};
  const wish = { interval: 'once', amount: 5, currency: 'eur', coverFees: false } as const;
  try {
    const before = await askForGift(stage, wish);
    await begin(stage);
    if (before) await payPage(stage, before, ['pm_card_visa']);
    for (let turn = 0; turn < turnsOfAnHour; turn += 1) {
      const { status, body } = await askService(stage, 'POST', '/v1/donations', { body: plainGift, key: `turn-${turn}` });
      count(
        answers,
        `${status} ${String(body.type ?? '')
          .split('/')
          .at(-1)}`,
      );
      const gift = await askForGift(stage, wish, { tries: 1 });
      if (gift) await payPage(stage, gift, ['pm_card_visa']);
      await advance(slot, fiveMinutes);
      await Promise.all(slot.workers().map((worker) => worker.drain()));
      await slot.workers()[0]!.sweep(['sweep-events', 'compare-books', 'compare-nightly']);
    }
    await heal(stage);
    return {
      name,
      answers,
      facts: [`${stage.notes.gifts.length} gifts in all`, ...(await facts(stage))],
      differences: await compare(stage),
    };
  } finally {
    await slot.close();
  }
}

function count(answers: Record<string, number>, what: string): void {
  answers[what] = (answers[what] ?? 0) + 1;
}
