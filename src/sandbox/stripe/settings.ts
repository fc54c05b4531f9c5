import { checkedCurrency } from './currencies.ts';
import { invalidParameter } from './errors.ts';
import { type Field, group, listOf, oneOf, text } from './fields.ts';

/** What somebody decided about the account: kept in the state file, and back to these after a reset. */
export type AccountSettings = {
  /** `daily`: whatever is available is paid out by itself every midnight (UTC); `manual`: only when asked for. */
  payouts: 'daily' | 'manual';
  /** An account below zero waits for more money, or Stripe takes what is missing from the bank account: a payout below zero. */
  negative_balance: 'wait' | 'debit';
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
  return { payouts: 'daily', negative_balance: 'wait', settlement: { default: null, also: [], rates: {} } };
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
  settlement: group({ default: currency, also: listOf(currency), rates }),
});

/** Changes the settings that are named, and hands back all; of the settlement too, only what is named changes. */
export function changeSettings(settings: AccountSettings, body: unknown): AccountSettings {
  const { payouts, negative_balance, settlement } = settingFields.read(body, '');
  settings.payouts = payouts ?? settings.payouts;
  settings.negative_balance = negative_balance ?? settings.negative_balance;
  const { default: converted, also, rates: given } = settlement ?? {};
  settings.settlement = {
    default: converted === undefined ? settings.settlement.default : converted,
    also: also ?? settings.settlement.also,
    rates: { ...settings.settlement.rates, ...given },
  };
  return settings;
}
