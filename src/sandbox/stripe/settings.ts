import { checkedCurrency } from './currencies.ts';
import { invalidParameter } from './errors.ts';
import { type Field, group, listOf, oneOf, text } from './fields.ts';

/** What somebody decided about the account: kept in the state file, and back to these after a reset. */
export type AccountSettings = {
  /** `daily`: whatever is available is paid out by itself every midnight (UTC); `manual`: only when asked for. */
  payouts: 'daily' | 'manual';
  /** An account below zero waits for more money, or Stripe takes what is missing from the bank account: a payout below zero. */
  negative_balance: 'wait' | 'debit';
  /** What becomes of a subscription when the last try at an invoice has failed. */
  dunning_ending: 'canceled' | 'unpaid' | 'past_due';
  /** Whether a bank debit is in the balance as soon as it is asked for (and taken back if it fails), or only once the bank has paid. */
  bank_debits_booked: 'at_once' | 'on_success';
  settlement: {
    /** What other currencies are converted to; null: every currency stays as it is. */
    default: string | null;
    /** Currencies that stay as they are beside the default one. */
    also: string[];
    /** How many units of the default currency one unit of another is worth, as decimals. A currency without a rate stays as it is. */
    rates: Record<string, string>;
  };
};

/** Settings as they are until somebody changes them. */
export function initialSettings(): AccountSettings {
  return {
    payouts: 'daily',
    negative_balance: 'wait',
    dunning_ending: 'canceled',
    bank_debits_booked: 'on_success',
    settlement: { default: null, also: [], rates: {} },
  };
}

const currency: Field<string> = { read: (value, path) => checkedCurrency(text.read(value, path), path) };

const rates: Field<Record<string, string>> = {
  read: (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw invalidParameter('Invalid object', path);
    }
    const entries = Object.entries(value).map(([code, rate]) => {
      if (!/^\d{1,9}(\.\d{1,12})?$/.test(String(rate)) || Number(rate) === 0) {
        throw invalidParameter(`Invalid decimal: ${String(rate)}`, `${path}[${code}]`);
      }
      return [checkedCurrency(code, path), String(rate)];
    });
    return Object.fromEntries(entries);
  },
};

const settingFields = group({
  payouts: oneOf('daily', 'manual'),
  negative_balance: oneOf('wait', 'debit'),
  dunning_ending: oneOf('canceled', 'unpaid', 'past_due'),
  bank_debits_booked: oneOf('at_once', 'on_success'),
  settlement: group({ default: currency, also: listOf(currency), rates }),
});

/** Changes the settings that are named, and hands back all; of the settlement too, only what is named changes. */
export function changeSettings(settings: AccountSettings, body: unknown): AccountSettings {
  const { payouts, negative_balance, dunning_ending, bank_debits_booked, settlement } = settingFields.read(body, '');
  settings.payouts = payouts ?? settings.payouts;
  settings.negative_balance = negative_balance ?? settings.negative_balance;
  settings.dunning_ending = dunning_ending ?? settings.dunning_ending;
  settings.bank_debits_booked = bank_debits_booked ?? settings.bank_debits_booked;
  const { default: converted, also, rates: given } = settlement ?? {};
  settings.settlement = {
    default: converted === undefined ? settings.settlement.default : converted,
    also: also ?? settings.settlement.also,
    rates: { ...settings.settlement.rates, ...given },
  };
  return settings;
}
