import { noteAvailable, schedulePayouts } from './available-funds.ts';
import { createSettledTransaction } from './balance.ts';
import { checkedCurrency } from './currencies.ts';
import { invalidParameter, noSuch } from './errors.ts';
import { flag, needed, text, wholeNumber } from './fields.ts';
import { type Lever, lever } from './levers.ts';
import { cancelPayout, failPayout } from './payouts.ts';
import { changeSettings } from './settings.ts';
import { get, type World } from './world.ts';

const largest = 999_999_999_999;

const transactionFields = {
  type: needed(text),
  reporting_category: text,
  amount: needed(wholeNumber(-largest, largest)),
  fee: wholeNumber(-largest, largest),
  currency: needed(text),
  description: text,
  source: text,
  pending: flag,
};

/** Changes an object behind everybody's back: no event tells of it. A balance transaction may be moved to another payout, or to none. */
function tamper(world: World, body: unknown) {
  const { id, payout, ...fields } = body as { id?: string; payout?: string | null } & Record<string, unknown>;
  const tables = Object.values(world.tables) as Map<string, object>[];
  const object = tables.map((table) => table.get(id ?? '')).find(Boolean) as Record<string, unknown> | undefined;
  if (!object) {
    throw noSuch('object', id ?? '');
  }
  for (const name of Object.keys(fields)) {
    if (!Object.hasOwn(object, name)) {
      throw invalidParameter(`${String(object.object)} has no ${name}.`, name, 'parameter_unknown');
    }
  }
  Object.assign(object, fields);
  if (payout !== undefined) {
    moveLine(world, String(id), payout);
  }
  return object;
}

function moveLine(world: World, line: string, payout: string | null): void {
  for (const holder of [...world.notes.payout_lines.values(), ...world.notes.available.values()]) {
    holder.transactions = holder.transactions.filter((id) => id !== line);
  }
  if (payout === null) {
    noteAvailable(world, get(world, 'balance_transaction', line));
  } else {
    const lines = world.notes.payout_lines.get(get(world, 'payout', payout, 'payout').id);
    lines?.transactions.push(line);
  }
}

/** What happens to an account's money without anybody's asking, done on demand. */
export const moneyLevers: Lever[] = [
  {
    path: '/settings',
    act: (world, body) => {
      changeSettings(world.account, body);
      schedulePayouts(world);
      return world.account;
    },
  },
  // A balance transaction of any kind, such as Stripe's own fees, or one that nobody has heard of yet.
  lever('/balance_transactions', transactionFields, (world, given) =>
    createSettledTransaction(world, {
      ...{ type: given.type, amount: given.amount, fee: given.fee ?? 0 },
      currency: checkedCurrency(given.currency, 'currency'),
      description: given.description ?? null,
      category: given.reporting_category ?? undefined,
      source: given.source ?? null,
      isAvailable: !given.pending,
    }),
  ),
  { path: '/tamper', act: tamper },
  lever('/payouts/:id/fail', { failure_code: text }, (world, { failure_code }, id) =>
    failPayout(world, id, failure_code ?? undefined),
  ),
  lever('/payouts/:id/cancel', {}, (world, _given, id) => cancelPayout(world, id)),
];
