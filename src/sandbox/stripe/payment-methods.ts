import type Stripe from 'stripe';
import { createBankAccount } from './bank-accounts.ts';
import { invalidParameter, noSuch, Refusal, refusedState } from './errors.ts';
import { change, emit } from './events.ts';
import { anything, group, mergedMetadata, metadata, needed, oneOf, text, wholeNumber } from './fields.ts';
import { newId } from './ids.ts';
import { page, pageFields } from './pagination.ts';
import { type Route, route } from './route.ts';
import { accountWithIban, findTestAccount } from './test-accounts.ts';
import { findTestCard, hasValidChecksum, judge, type TestCard, type Verdict } from './test-cards.ts';
import { get, idOf, insert, newestFirst, type World } from './world.ts';

type Owner = { email?: string | null; name?: string | null };
type Expiry = { month: number; year: number };

/** A new payment method over one of the test cards. It expires in a few years unless said otherwise. */
export function createCard(world: World, card: TestCard, owner: Owner = {}, expiry?: Expiry): Stripe.PaymentMethod {
  const id = newId('pm');
  world.notes.card.set(id, { id, number: card.number, isSetUp: false });
  return insert(world, 'payment_method', {
    id,
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { address: null, email: owner.email ?? null, name: owner.name ?? null, phone: null, tax_id: null },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      display_brand: card.brand,
      exp_month: expiry?.month ?? 12,
      exp_year: expiry?.year ?? world.clock.calendar().year + 4,
      fingerprint: `fp${card.number}`,
      funding: card.funding,
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: world.clock.seconds(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  });
}

/** The payment method with that id; a magic id makes a fresh one over its test card or test bank account. */
export function usePaymentMethod(world: World, id: string, owner: Owner = {}, param = 'payment_method'): Stripe.PaymentMethod {
  const card = id.startsWith('pm_card_') ? findTestCard(id) : undefined;
  const account = id.startsWith('pm_') ? findTestAccount(id) : undefined;
  if (account) {
    return createBankAccount(world, account, owner);
  }
  return card ? createCard(world, card, owner) : get(world, 'payment_method', id, param);
}

/** What trying a payment method comes to. A bank says nothing at first, so a debit of an account always begins well. */
export function judged(
  world: World,
  method: Stripe.PaymentMethod,
  attempt: { isAuthenticated: boolean; isOffSession: boolean },
): Verdict {
  if (method.type !== 'card') {
    return { outcome: 'succeed' };
  }
  const card = cardOf(world, method.id);
  return judge(card, { ...attempt, isSetUp: card.isSetUp });
}

/** The test card behind a payment method. */
export function cardOf(world: World, paymentMethod: string): TestCard & { isSetUp: boolean } {
  const note = world.notes.card.get(paymentMethod);
  const card = note && findTestCard(note.number);
  if (!card) {
    throw noSuch('PaymentMethod', paymentMethod, 'payment_method');
  }
  return { ...card, isSetUp: note.isSetUp };
}

/** A card typed as digits, or the refusal that Stripe gives such a number. */
export function cardWithNumber(number: string): TestCard {
  const digits = number.replaceAll(/[\s-]/g, '');
  if (!hasValidChecksum(digits)) {
    throw new Refusal(402, {
      type: 'card_error',
      code: 'incorrect_number',
      message: 'Your card number is incorrect.',
      param: 'number',
    });
  }
  const card = findTestCard(digits);
  if (!card) {
    const message = 'Your card was declined. Your request was in test mode, but used a non test card.';
    throw new Refusal(402, { type: 'card_error', code: 'card_declined', decline_code: 'test_mode_live_card', message });
  }
  return card;
}

/** Makes the payment method the customer's. */
export function attachPaymentMethod(world: World, method: Stripe.PaymentMethod, customer: string): void {
  if (method.customer === customer) {
    return;
  }
  if (method.customer) {
    throw refusedState(
      'The payment method you provided has already been attached to a customer.',
      'payment_method_unexpected_state',
    );
  }
  change(world, method, { customer });
  emit(world, 'payment_method.attached', method);
}

const billingDetails = group({ email: text, name: text, phone: text, address: anything });
const createFields = {
  type: needed(oneOf('card', 'sepa_debit')),
  card: group({ token: text, number: text, exp_month: wholeNumber(1, 12), exp_year: wholeNumber(2000, 2199), cvc: text }),
  sepa_debit: group({ iban: needed(text) }),
  billing_details: billingDetails,
  metadata,
};

/** Payment methods: create (card, sepa_debit), retrieve, update, attach, detach, list. */
export const paymentMethodRoutes: Route[] = [
  route('post', '/v1/payment_methods', createFields, (world, { params }) => {
    if (params.type === 'sepa_debit') {
      const account = accountWithIban(params.sepa_debit?.iban ?? '');
      const debited = createBankAccount(world, account, params.billing_details ?? {});
      debited.metadata = mergedMetadata({}, params.metadata);
      return debited;
    }
    const named = params.card?.token?.replace(/^tok_/, 'pm_card_');
    const card = named ? findTestCard(named) : cardWithNumber(params.card?.number ?? '');
    if (!card) {
      throw noSuch('token', params.card?.token ?? '', 'card[token]');
    }
    const { exp_month: month, exp_year: year } = params.card ?? {};
    const method = createCard(world, card, params.billing_details ?? {}, month && year ? { month, year } : undefined);
    method.metadata = mergedMetadata({}, params.metadata);
    return method;
  }),
  route('get', '/v1/payment_methods', { ...pageFields, customer: text, type: text }, (world, { params }) => {
    const rows = newestFirst(world, 'payment_method').filter((method) => params.customer && method.customer === params.customer);
    return page(rows, params, '/v1/payment_methods');
  }),
  route('get', '/v1/payment_methods/{id}', {}, (world, { id }) => usePaymentMethod(world, id, {}, 'id')),
  route(
    'post',
    '/v1/payment_methods/{id}',
    { billing_details: billingDetails, metadata, card: anything },
    (world, { id, params }) => {
      const method = get(world, 'payment_method', id);
      const { email, name, phone } = params.billing_details ?? {};
      const details = Object.fromEntries(Object.entries({ email, name, phone }).filter(([, value]) => value !== undefined));
      const patch = {
        billing_details: { ...method.billing_details, ...details },
        metadata: mergedMetadata(method.metadata ?? {}, params.metadata),
      };
      change(world, method, patch, 'payment_method.updated');
      return method;
    },
  ),
  route('post', '/v1/payment_methods/{id}/attach', { customer: needed(text) }, (world, { id, params }) => {
    const customer = get(world, 'customer', params.customer, 'customer');
    const method = usePaymentMethod(world, id, {}, 'id');
    const card = method.type === 'card' ? cardOf(world, method.id) : undefined;
    if (card?.decline && !card.attachable && !card.authentication) {
      world.tables.payment_method.delete(method.id);
      throw new Refusal(402, { type: 'card_error', ...card.decline });
    }
    attachPaymentMethod(world, method, customer.id);
    return method;
  }),
  route('post', '/v1/payment_methods/{id}/detach', {}, (world, { id }) => {
    const method = get(world, 'payment_method', id);
    if (!method.customer) {
      throw invalidParameter('The payment method you provided is not attached to a customer so detachment is impossible.', 'id');
    }
    const before = { customer: idOf(method.customer) };
    method.customer = null;
    emit(world, 'payment_method.detached', method, before);
    return method;
  }),
];
