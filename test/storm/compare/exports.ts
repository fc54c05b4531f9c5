import { parse } from 'csv-parse/sync';
import { askService } from '../commands/reader.ts';
import { idOf } from '../stage/simulator.ts';
import { type Both, byId, differ, type OurPayment, refundedByIntent } from './both.ts';

const noDigits = new Set(['jpy']);

/** What a treasurer downloads says the same as Stripe, to the cent, and its ledger balances. */
export async function compareExports(both: Both): Promise<string[]> {
  const [donations, ledger] = await Promise.all([download(both, 'donations'), download(both, 'ledger')]);
  const paid = both.payments.filter(({ intent }) => intent.status === 'succeeded');
  const refunded = refundedByIntent(both.stripe);
  const kept = keptByCharge(both.stripe);
  const told = new Map(paid.map((payment) => [payment.intent.id, toLine(payment, refunded, kept)]));
  return [...differ('exported gift', byId(donations, 'stripe_payment_intent_id'), told), ...(await checkLedger(both, ledger))];
}

async function download({ stage }: Both, report: string): Promise<Record<string, string>[]> {
  const answer = await askService(stage, 'GET', `/v1/exports/${report}?format=csv`, { credentials: stage.slot.financeKey });
  if (answer.status !== 200) throw new Error(`the export ${report} was answered ${answer.status}`);
  return parse(String(answer.body.text), { columns: true }) as Record<string, string>[];
}

function toLine(
  { intent, charge, transaction, giftId, isInstalment }: OurPayment,
  refunded: Map<string, number>,
  kept: Map<string, number>,
): Record<string, unknown> {
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
    refunded: decimal(refunded.get(intent.id) ?? 0, String(intent.currency)),
    net_after: decimal(kept.get(charge?.id ?? '') ?? 0, settled),
    stripe_charge_id: charge?.id,
    stripe_balance_transaction_id: transaction?.id,
  };
}

/** What is left of each charge after everything: the sum over its balance transactions, its refunds' and its disputes'. */
function keptByCharge(stripe: Both['stripe']): Map<string, number> {
  const charges = new Map([...stripe.all('refund'), ...stripe.all('dispute')].map(({ id, charge }) => [id, idOf(charge)!]));
  const kept = new Map<string, number>();
  for (const { source, net } of stripe.all('balance_transaction')) {
    const id = idOf(source) ?? '';
    const charge = charges.get(id) ?? id;
    kept.set(charge, (kept.get(charge) ?? 0) + Number(net));
  }
  return kept;
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
