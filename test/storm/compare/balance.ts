import { idOf } from '../stage/simulator.ts';
import { type Both, byId, differ } from './both.ts';

/** Every balance transaction is here once, as Stripe has it, with one journal; and what we hold at Stripe is what Stripe says. */
export async function compareBalance({ rows, stripe }: Both): Promise<string[]> {
  const moved = stripe.all('balance_transaction');
  const theirs = new Map(
    moved.map((one) => [
      one.id,
      {
        type: one.type,
        currency: one.currency,
        amount_minor: one.amount,
        fee_minor: one.fee,
        net_minor: one.net,
        source_id: idOf(one.source),
        booked_minor: one.net,
      },
    ]),
  );
  const ours = await rows(`
    select transactions.*, coalesce(sum(entries.amount_minor), 0)::bigint as booked_minor
    from balance_transactions transactions
    left join ledger_journals journals on journals.stripe_balance_transaction_id = transactions.id
    left join ledger_entries entries on entries.journal_id = journals.id and entries.account = 'stripe_balance'
    group by transactions.id`);
  const balances = await rows(`
    select currency as id, sum(amount_minor)::bigint as balance from ledger_entries where account = 'stripe_balance'
    group by currency having sum(amount_minor) <> 0`);
  const held = new Map<string, { balance: number }>();
  for (const { currency, net } of moved) {
    const balance = (held.get(String(currency))?.balance ?? 0) + Number(net);
    held.set(String(currency), { balance });
  }
  for (const [currency, { balance }] of held) if (balance === 0) held.delete(currency);
  return [...differ('balance transaction', byId(ours), theirs), ...differ('balance in', byId(balances), held)];
}
