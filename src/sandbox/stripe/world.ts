import type Stripe from 'stripe';
import { createClock, type SimulatedClock } from './clock.ts';
import { noSuch } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { randomText } from './ids.ts';
import type { Delivery, Notes } from './notes.ts';
import { type AccountSettings, initialSettings } from './settings.ts';

/** The API version that objects and events have unless a request or an endpoint names another. */
export const apiVersion = '2026-10-28.endive';

/** Everything the simulated account holds, by Stripe's own object names. All of it is plain data and survives a restart. */
export type Tables = {
  customer: Map<string, Stripe.Customer>;
  product: Map<string, Stripe.Product>;
  price: Map<string, Stripe.Price>;
  payment_method: Map<string, Stripe.PaymentMethod>;
  'checkout.session': Map<string, Stripe.Checkout.Session>;
  payment_intent: Map<string, Stripe.PaymentIntent>;
  charge: Map<string, Stripe.Charge>;
  balance_transaction: Map<string, Stripe.BalanceTransaction>;
  subscription: Map<string, Stripe.Subscription>;
  invoice: Map<string, Stripe.Invoice>;
  invoice_payment: Map<string, Stripe.InvoicePayment>;
  invoiceitem: Map<string, Stripe.InvoiceItem>;
  refund: Map<string, Stripe.Refund>;
  dispute: Map<string, Stripe.Dispute>;
  'radar.early_fraud_warning': Map<string, Stripe.Radar.EarlyFraudWarning>;
  payout: Map<string, Stripe.Payout>;
  setup_intent: Map<string, Stripe.SetupIntent>;
  event: Map<string, StoredEvent>;
  webhook_endpoint: Map<string, Stripe.WebhookEndpoint>;
  'billing_portal.configuration': Map<string, Stripe.BillingPortal.Configuration>;
  'billing_portal.session': Map<string, Stripe.BillingPortal.Session>;
};

/** An event with any object in it; Stripe's own type is a union over every event there is. */
export type StoredEvent = Stripe.EventBase;

/** Something that will happen by itself at an instant, in simulated milliseconds. */
export type Task = { at: number; kind: string; subject: string };

export type World = {
  tables: Tables;
  notes: Notes;
  agenda: Task[];
  clock: SimulatedClock;
  secretKey: string;
  settings: { brandName: string; captureDelaySeconds: number; url: string };
  account: AccountSettings;
  /** The API request being worked on; null while things happen by themselves. */
  request: { id: string; idempotencyKey: string | null } | null;
  /** Transitions that failed, for whoever looks at the state: there should be none. */
  problems: string[];
  /** Told of every new delivery, so that it is sent. */
  onDelivery: (delivery: Delivery) => void;
  /** Told that something will be due, or has changed. */
  onChange: () => void;
  /** Told of every answer and every event. */
  onExchange: (exchange: Exchange) => void;
};

/** A world with nothing in it. */
export function emptyWorld(settings: World['settings'], secretKey?: string): World {
  return {
    tables: {
      customer: new Map(),
      product: new Map(),
      price: new Map(),
      payment_method: new Map(),
      'checkout.session': new Map(),
      payment_intent: new Map(),
      charge: new Map(),
      balance_transaction: new Map(),
      subscription: new Map(),
      invoice: new Map(),
      invoice_payment: new Map(),
      invoiceitem: new Map(),
      refund: new Map(),
      dispute: new Map(),
      'radar.early_fraud_warning': new Map(),
      payout: new Map(),
      setup_intent: new Map(),
      event: new Map(),
      webhook_endpoint: new Map(),
      'billing_portal.configuration': new Map(),
      'billing_portal.session': new Map(),
    },
    notes: {
      card: new Map(),
      checkout: new Map(),
      secret: new Map(),
      deleted: new Map(),
      delivery: new Map(),
      answer: new Map(),
      available: new Map(),
      payout_lines: new Map(),
    },
    agenda: [],
    clock: createClock(0),
    secretKey: secretKey ?? `sk_test_51${randomText(97)}`,
    settings,
    account: initialSettings(),
    request: null,
    problems: [],
    onDelivery: () => {},
    onChange: () => {},
    onExchange: () => {},
  };
}

type Row<K extends keyof Tables> = Tables[K] extends Map<string, infer T> ? T : never;

/** Puts a new object into its table and hands it back. */
export function insert<K extends keyof Tables>(world: World, table: K, row: Row<K>): Row<K> {
  (world.tables[table] as Map<string, Row<K>>).set((row as { id: string }).id, row);
  return row;
}

/** The object, or Stripe's "No such …": 404 for the one in the path, 400 for one named by a parameter. */
export function get<K extends keyof Tables>(world: World, table: K, id: string, param?: string): Row<K> {
  const row = world.tables[table].get(id) as Row<K> | undefined;
  if (!row) {
    throw noSuch(words[table] ?? table.replaceAll('_', ' '), id, param);
  }
  return row;
}

const words: Partial<Record<keyof Tables, string>> = {
  payment_method: 'PaymentMethod',
  payment_intent: 'payment_intent',
  setup_intent: 'setupintent',
  'checkout.session': 'checkout.session',
};

/** Nothing is ever taken out of these: as long as they have not grown, they are what they were. */
const onlyGrowing: (keyof Tables)[] = ['balance_transaction', 'charge', 'event', 'payment_intent', 'payout', 'refund'];
const lately = new WeakMap<object, readonly unknown[]>();

/** All objects of a kind, newest first. */
export function newestFirst<K extends keyof Tables>(world: World, table: K): readonly Row<K>[] {
  const rows = world.tables[table] as Map<string, Row<K>>;
  const known = lately.get(rows) as readonly Row<K>[] | undefined;
  if (known?.length === rows.size && onlyGrowing.includes(table)) {
    return known;
  }
  const list = [...rows.values()].reverse();
  lately.set(rows, list);
  return list;
}

/** Stripe's id out of a field that holds an id or the expanded object; objects in the tables always hold ids. */
export function idOf(reference: string | { id: string } | null | undefined): string {
  return typeof reference === 'string' ? reference : (reference?.id ?? '');
}
