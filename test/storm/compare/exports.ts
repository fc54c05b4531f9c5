import { parse } from 'csv-parse/sync';
import { askService } from '../commands/reader.ts';
import { idOf, type StripeObject } from '../stage/simulator.ts';
import { type Both, byId, differ, type OurPayment } from './both.ts';

const noDigits = new Set(['jpy']);

/** What a treasurer downloads says the same as Stripe, to the cent, and its ledger balances. */
export async function compareExports(both: Both): Promise<string[]> {
  const [donations, ledger] = await Promise.all([download(both, 'donations'), download(both, 'ledger')]);
  const paid = both.payments.filter(({ intent }) => intent.status === 'succeeded');
  const told = new Map(paid.map((payment) => [payment.intent.id, toLine(both, payment)]));
  return [...differ('exported gift', byId(donations, 'stripe_payment_intent_id'), told), ...(await checkLedger(both, ledger))];
}

async function download({ stage }: Both, report: string): Promise<Record<string, string>[]> {
  const answer = await askService(stage, 'GET', `/v1/exports/${report}?format=csv`, { credentials: stage.slot.financeKey });
  if (answer.status !== 200) throw new Error(`the export ${report} was answered ${answer.status}`);
  return parse(String(answer.body.text), { columns: true }) as Record<string, string>[];
}

function toLine({ stripe }: Both, { intent, charge, transaction, giftId, isInstalment }: OurPayment): Record<string, unknown> {
  const refunds = stripe
    .all('refund')
    .filter(({ payment_intent, status }) => idOf(payment_intent) === intent.id && status === 'succeeded');
  const refunded = refunds.reduce((sum, { amount }) => sum + Number(amount), 0);
  const settled = String(transaction?.currency);
  return {
    ...(isInstalment ? { subscription_id: giftId } : { donation_id: giftId }),
    status: 'succeeded',
    currency: intent.currency,
    amount: decimal(intent.amount_received, String(intent.currency)),
    settlement_currency: settled,
    gross: decimal(transaction?.amount, settled),
    fee: decimal(transaction?.fee, settled),
    net: decimal(transaction?.net, settled),
    refunded: decimal(refunded, String(intent.currency)),
    net_after: decimal(keptOf(stripe, charge), settled),
    stripe_charge_id: charge?.id,
    stripe_balance_transaction_id: transaction?.id,
  };
}

/** What is left of a gift after everything: the sum over the balance transactions of its charge, its refunds and its disputes. */
function keptOf(stripe: Both['stripe'], charge: StripeObject | undefined): number {
  const about = [...stripe.all('refund'), ...stripe.all('dispute')].filter((one) => idOf(one.charge) === charge?.id);
  const sources = new Set([charge?.id, ...about.map(({ id }) => id)]);
  const moved = stripe.all('balance_transaction').filter(({ source }) => sources.has(idOf(source)));
  return moved.reduce((sum, { net }) => sum + Number(net), 0);
}

async function checkLedger({ rows }: Both, ledger: Record<string, string>[]): Promise<string[]> {
  const sums = new Map<string, bigint>();
  for (const { currency = '', debit = '', credit = '' } of ledger) {
    sums.set(currency, (sums.get(currency) ?? 0n) + minor(debit) - minor(credit));
  }
  const [counted] = await rows('select count(*) as entries from ledger_entries');
  return [
    ...[...sums]
      .filter(([, sum]) => sum !== 0n)
      .map(([currency, sum]) => `the exported ledger is ${sum} ${currency} out of balance`),
    ...(Number(counted?.entries) === ledger.length
      ? []
      : [`${ledger.length} of ${counted?.entries} ledger entries were exported`]),
  ];
}

function decimal(amount: unknown, currency: string): string {
  return noDigits.has(currency) ? String(amount) : (Number(amount) / 100).toFixed(2);
}

function minor(text: string): bigint {
  return BigInt(text.replace('.', '') || '0');
}
