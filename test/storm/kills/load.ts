import { setTimeout as pause } from 'node:timers/promises';
import type { Scene } from '../commands/command.ts';
import { askForGift, askService, payPage } from '../commands/reader.ts';

/** Readers and staff who go on whatever happens. */
export type Load = {
  /** How many gifts were answered until now. */
  taken(): number;
  /** Resolves when everybody has finished what they began. */
  stop(): Promise<void>;
};

/** Whoever gets no answer asks again with the same key, for a minute. */
const tries = 600;

/** Starts so many people at once; `chance` says what they do. */
export function startLoad(scene: Scene, people: number, chance: () => number): Load {
  let isOver = false;
  const lives = Array.from({ length: people }, async () => {
    while (!isOver) {
      await (chance() < 0.8 || scene.notes.gifts.length === 0 ? giveOnce(scene, chance) : refundOne(scene, chance));
      await pause(40);
    }
  });
  return {
    taken: () => scene.notes.gifts.length,
    async stop() {
      isOver = true;
      await Promise.all(lives);
    },
  };
}

async function giveOnce(scene: Scene, chance: () => number): Promise<void> {
  const amount = 100 + Math.floor(chance() * 900);
  const interval = chance() < 0.15 ? 'month' : 'once';
  const gift = await askForGift(scene, { interval, amount, currency: 'eur', coverFees: false }, { tries });
  if (!gift) scene.notes.wrongs.push('a reader asked for a minute and got no page');
  else if (chance() < 0.95) await payPage(scene, gift, ['pm_card_visa']);
}

async function refundOne(scene: Scene, chance: () => number): Promise<void> {
  const { notes, slot } = scene;
  const gift = notes.gifts[Math.floor(chance() * notes.gifts.length)]!;
  if (gift.interval !== 'once') return;
  notes.count += 1;
  const key = `refund-${notes.count}`;
  const body = { reason: 'requested_by_customer', amount: Math.ceil(gift.amount * 0.3) };
  for (let turn = 0; turn < tries; turn += 1) {
    const path = `/v1/admin/donations/${gift.id}/refunds`;
    const { status, body: answer } = await askService(scene, 'POST', path, { body, key, credentials: slot.financeKey });
    if (status === 201) notes.refundsTaken.push({ id: String(answer.id), donationId: gift.id, amount: Number(answer.amount) });
    if (status !== 0 && status !== 409 && status < 500) return;
    if (status === 409 && answer.type !== undefined && String(answer.type).includes('refund')) return;
    await pause(100);
  }
}
