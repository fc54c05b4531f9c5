import type Stripe from 'stripe';
import { schedule } from './agenda.ts';
import type { AvailableFunds } from './notes.ts';
import type { World } from './world.ts';

const day = 86_400_000;

/** From now on this money can be paid out; where payouts are daily, it is at the next midnight. */
export function noteAvailable(world: World, transaction: Stripe.BalanceTransaction): void {
  const funds = fundsOf(world, transaction.currency);
  funds.transactions.push(transaction.id);
  schedulePayout(world, funds);
}

/** The funds of a currency, none yet perhaps. */
export function fundsOf(world: World, currency: string): AvailableFunds {
  const funds = world.notes.available.get(currency) ?? { id: currency, transactions: [], isPayoutDue: false };
  world.notes.available.set(currency, funds);
  return funds;
}

/** Where payouts are daily, whatever is available is paid out at the next midnight (UTC). */
export function schedulePayouts(world: World): void {
  for (const funds of world.notes.available.values()) {
    schedulePayout(world, funds);
  }
}

function schedulePayout(world: World, funds: AvailableFunds): void {
  if (world.account.payouts === 'daily' && !funds.isPayoutDue && funds.transactions.length > 0) {
    funds.isPayoutDue = true;
    schedule(world, (Math.floor(world.clock.milliseconds() / day) + 1) * day, 'pay-out', funds.id);
  }
}
