import type Stripe from 'stripe';
import { invalidParameter } from './errors.ts';
import { newId } from './ids.ts';
import { findTestAccount, type TestAccount } from './test-accounts.ts';
import { get, insert, type World } from './world.ts';

type Owner = { email?: string | null; name?: string | null };

/** A new payment method over one of the test bank accounts. */
export function createBankAccount(world: World, account: TestAccount, owner: Owner = {}): Stripe.PaymentMethod {
  const id = newId('pm');
  world.notes.card.set(id, { id, number: account.iban, isSetUp: false });
  return insert(world, 'payment_method', {
    id,
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { address: null, email: owner.email ?? null, name: owner.name ?? null, phone: null, tax_id: null },
    created: world.clock.seconds(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    sepa_debit: { ...bankOf(account), generated_from: { charge: null, setup_attempt: null } },
    type: 'sepa_debit',
  });
}

/** What Stripe shows of an account. */
export function bankOf({ iban }: TestAccount) {
  return {
    bank_code: iban.slice(4, 9),
    branch_code: '',
    country: iban.slice(0, 2),
    fingerprint: `fp${iban}`,
    last4: iban.slice(-4),
  };
}

/** The test account behind a payment method; undefined where it is a card. */
export function accountOf(world: World, paymentMethod: string): TestAccount | undefined {
  return findTestAccount(world.notes.card.get(paymentMethod)?.number ?? '');
}

/** What a payment in that currency may be paid with, as Stripe chooses by itself: SEPA debits take euros alone. */
export function offeredTypes(currency: string, { allowed, excluded }: { allowed?: string[] | null; excluded?: string[] | null }) {
  const all = currency === 'eur' ? ['card', 'sepa_debit'] : ['card'];
  return all.filter((type) => (allowed?.includes(type) ?? true) && !excluded?.includes(type));
}

/** 400 where a payment may not be paid that way. */
export function checkFits(world: World, paymentMethod: string, types: string[]): void {
  const { type } = get(world, 'payment_method', paymentMethod);
  if (!types.includes(type)) {
    const message = `The PaymentMethod provided (${type}) is not allowed for this payment. It may be paid by ${types.join(', ')}.`;
    throw invalidParameter(message, 'payment_method', 'payment_method_invalid_parameter');
  }
}
