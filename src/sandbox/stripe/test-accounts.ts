import { invalidParameter } from './errors.ts';
import type { Decline } from './test-cards.ts';

/** One of Stripe's test bank accounts for SEPA debits (https://docs.stripe.com/testing#sepa-direct-debit) and how debits of it end. */
export type TestAccount = {
  iban: string;
  /** The magic ids that stand for it, besides its number. */
  ids: string[];
  /** How long the bank takes, in seconds of simulated time. */
  takesSeconds: number;
  failure?: Decline;
  /** What the button on the hosted page says; only some accounts have one. */
  button?: string;
  /** Its owner objects as soon as it was debited. */
  isDisputed?: boolean;
};

const moment = 2;
const days = 3 * 86_400;

/** The failure of a debit: its code, and the bank's reason as a decline code. */
export function debitFailure(reason: string): Decline {
  return {
    code: 'payment_intent_payment_attempt_failed',
    decline_code: reason,
    message: 'The bank could not debit the account.',
  };
}

const refused = debitFailure('generic_could_not_process');

/** All test bank accounts that the simulator knows. */
export const testAccounts: TestAccount[] = [
  { iban: 'AT611904300234573201', ids: ['pm_success_at'], takesSeconds: moment },
  { iban: 'AT321904300235473204', ids: ['pm_successDelayed_at'], takesSeconds: days, button: 'Bank debit, paid in three days' },
  {
    iban: 'AT861904300235473202',
    ids: ['pm_failed_at'],
    takesSeconds: days,
    failure: refused,
    button: 'Bank debit, fails in three days',
  },
  { iban: 'AT051904300235473205', ids: ['pm_failedDelayed_at'], takesSeconds: days, failure: refused },
  { iban: 'IT60X0542811101000000123456', ids: ['pm_failed_it'], takesSeconds: moment, failure: refused },
  {
    iban: 'AT981904300002222227',
    ids: ['pm_insufficientFunds_at'],
    takesSeconds: days,
    failure: debitFailure('insufficient_funds'),
  },
  { iban: 'AT591904300235473203', ids: ['pm_disputed_at'], takesSeconds: moment, isDisputed: true },
];

const byName = new Map(testAccounts.flatMap((account) => [account.iban, ...account.ids].map((name) => [name, account] as const)));

/** The test account with that IBAN (without spaces) or magic id. */
export function findTestAccount(ibanOrId: string): TestAccount | undefined {
  return byName.get(ibanOrId);
}

/** An account typed as an IBAN, or the refusal that Stripe gives such a number. */
export function accountWithIban(iban: string): TestAccount {
  const written = iban.replaceAll(/\s/g, '').toUpperCase();
  if (!hasValidDigits(written)) {
    throw invalidParameter('The IBAN you provided is invalid.', 'sepa_debit[iban]', 'invalid_bank_account_iban');
  }
  const account = findTestAccount(written);
  if (!account) {
    const message = 'You must use a test bank account number in test mode.';
    throw invalidParameter(message, 'sepa_debit[iban]', 'bank_account_unusable');
  }
  return account;
}

/** ISO 13616: with its first four characters last and letters as numbers, it leaves 1 when divided by 97. */
function hasValidDigits(iban: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z\d]{10,30}$/.test(iban)) {
    return false;
  }
  const digits = (iban.slice(4) + iban.slice(0, 4)).replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(digits) % 97n === 1n;
}
