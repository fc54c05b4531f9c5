import type Stripe from 'stripe';
import { invalidParameter } from './errors.ts';
import { defaultPaymentOf } from './invoices.ts';
import { idOf, type Tables, type World } from './world.ts';

type Loose = Record<string, unknown>;

/** What may be expanded, per object: fields that hold an id. */
const references: Record<string, string[]> = {
  balance_transaction: ['source'],
  charge: ['balance_transaction', 'customer', 'failure_balance_transaction', 'payment_intent'],
  'checkout.session': ['customer', 'invoice', 'payment_intent', 'subscription'],
  customer: ['invoice_settings.default_payment_method'],
  dispute: ['charge', 'payment_intent'],
  invoice: ['customer', 'default_payment_method', 'parent.subscription_details.subscription'],
  invoice_payment: ['invoice', 'payment.charge', 'payment.payment_intent'],
  invoiceitem: ['customer', 'invoice'],
  line_item: ['subscription'],
  payment_intent: ['customer', 'latest_charge', 'payment_method'],
  payment_method: ['customer'],
  payout: ['balance_transaction', 'failure_balance_transaction'],
  plan: ['product'],
  price: ['product'],
  product: ['default_price'],
  'radar.early_fraud_warning': ['charge', 'payment_intent'],
  refund: ['balance_transaction', 'charge', 'customer', 'failure_balance_transaction', 'payment_intent', 'payment_method'],
  setup_intent: ['customer', 'payment_method'],
  subscription: ['customer', 'default_payment_method', 'latest_invoice'],
};

/** What is absent unless it is asked for by expanding. */
const includables: Record<string, Record<string, (world: World, id: string) => unknown>> = {
  charge: { refunds: (world, id) => listOf(rowsBy(world, 'refund', 'charge', id), `/v1/charges/${id}/refunds`) },
  'checkout.session': {
    line_items: (world, id) => listOf(world.notes.checkout.get(id)?.lineItems ?? [], `/v1/checkout/sessions/${id}/line_items`),
  },
  customer: {
    subscriptions: (world, id) => {
      const running = rowsBy(world, 'subscription', 'customer', id).filter(({ status }) => status !== 'canceled');
      return listOf(running, `/v1/customers/${id}/subscriptions`);
    },
  },
  invoice: {
    payments: (world, id) => listOf(rowsBy(world, 'invoice_payment', 'invoice', id), '/v1/invoice_payments'),
    confirmation_secret: (world, id) => {
      const intent = world.tables.payment_intent.get(idOf(defaultPaymentOf(world, id)?.payment.payment_intent));
      return intent ? { client_secret: intent.client_secret, type: 'payment_intent' } : null;
    },
  },
};

function rowsBy<K extends 'refund' | 'subscription' | 'invoice_payment'>(world: World, table: K, field: string, id: string) {
  const rows = [...world.tables[table].values()] as unknown as Loose[];
  return rows.filter((row) => row[field] === id).reverse();
}

function listOf(data: unknown[], url: string): Stripe.ApiList<unknown> {
  return { object: 'list', data, has_more: false, url };
}

/** An answer as it is, or a copy of it with the asked-for references replaced by what they refer to: up to four levels deep, `data.` first in lists. */
export function expanded(world: World, answer: unknown, paths: string[]): unknown {
  if (paths.length === 0) {
    return answer;
  }
  const copy = structuredClone(answer);
  for (const path of [...paths].sort()) {
    const segments = path.split('.');
    if (segments.filter((segment) => segment !== 'data').length > 4) {
      throw invalidParameter('You cannot expand more than 4 levels of a property', 'expand');
    }
    expandPath(world, copy, segments, path);
  }
  return copy;
}

function expandPath(world: World, node: unknown, segments: string[], whole: string, isExpanded = false): void {
  if (segments.length === 0 && !isExpanded) {
    throw notExpandable(whole);
  }
  if (segments.length === 0 || node === null || node === undefined) {
    return;
  }
  const holder = node as Loose;
  const list = holder.object === 'list' ? holder.data : undefined;
  if (Array.isArray(list)) {
    if (segments[0] !== 'data') {
      throw notExpandable(whole);
    }
    for (const entry of list) {
      expandPath(world, entry, segments.slice(1), whole, true);
    }
    return;
  }
  expandField(world, holder, segments, whole);
}

/** Follows the segments through plain groups until they name a reference, something includable, or an object inside. */
function expandField(world: World, owner: Loose, segments: string[], whole: string): void {
  const kind = String(owner.object);
  let holder = owner;
  for (const [position, segment] of segments.entries()) {
    const name = segments.slice(0, position + 1).join('.');
    const include = holder === owner ? includables[kind]?.[segment] : undefined;
    const value = include && holder[segment] === undefined ? structuredClone(include(world, String(owner.id))) : holder[segment];
    const isReference = include !== undefined || references[kind]?.includes(name) === true;
    if (isReference) {
      holder[segment] = typeof value === 'string' ? structuredClone(findAnywhere(world, value) ?? value) : value;
    }
    if (isReference || isObject(value)) {
      expandPath(world, holder[segment], segments.slice(position + 1), whole, isReference);
      return;
    }
    if (value === null && hasReferenceBelow(kind, name)) {
      return;
    }
    if (typeof value !== 'object' || value === null) {
      throw notExpandable(whole);
    }
    holder = value as Loose;
  }
  throw notExpandable(whole);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'object' in value;
}

function hasReferenceBelow(kind: string, name: string): boolean {
  return references[kind]?.some((reference) => reference.startsWith(`${name}.`)) ?? false;
}

function findAnywhere(world: World, id: string): unknown {
  const tables = Object.keys(world.tables) as (keyof Tables)[];
  const table = tables.find((name) => world.tables[name].has(id));
  return table ? world.tables[table].get(id) : world.notes.deleted.get(id);
}

function notExpandable(path: string): Error {
  const message = `This property cannot be expanded (${path}). You may want to try expanding another property.`;
  return invalidParameter(message, 'expand');
}
