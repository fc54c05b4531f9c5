import type Stripe from 'stripe';
import { checkedCurrency, checkWholeUnits } from './currencies.ts';
import { refusedState } from './errors.ts';
import { change, emit } from './events.ts';
import { createdFilter, flag, mergedMetadata, metadata, needed, text, wholeNumber } from './fields.ts';
import { newId } from './ids.ts';
import { page, pageFields } from './pagination.ts';
import { decimal } from './prices.ts';
import { type Route, route } from './route.ts';
import { get, idOf, insert, newestFirst, type World } from './world.ts';

type ItemInput = {
  customer: string;
  amount: number;
  currency: string;
  description?: string | null;
  metadata?: Record<string, string> | null;
};

function createInvoiceItem(world: World, input: ItemInput): Stripe.InvoiceItem {
  const customer = get(world, 'customer', input.customer, 'customer');
  const currency = checkedCurrency(input.currency, 'currency');
  checkWholeUnits(input.amount, currency, 'amount');
  const now = world.clock.seconds();
  const item = insert(world, 'invoiceitem', {
    id: newId('ii'),
    object: 'invoiceitem',
    amount: input.amount,
    currency,
    customer: customer.id,
    customer_account: null,
    date: now,
    description: input.description ?? null,
    discountable: true,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: mergedMetadata({}, input.metadata),
    net_amount: input.amount,
    parent: null,
    period: { end: now, start: now },
    pricing: { type: 'price_details', unit_amount_decimal: decimal(input.amount) },
    proration: false,
    quantity: 1,
    quantity_decimal: decimal(1),
    tax_rates: [],
    test_clock: null,
  });
  emit(world, 'invoiceitem.created', item);
  return item;
}

/** What waits to be billed to a customer, oldest first. */
export function pendingItems(world: World, customer: string): Stripe.InvoiceItem[] {
  return [...world.tables.invoiceitem.values()].filter((item) => idOf(item.customer) === customer && item.invoice === null);
}

/** What was to be billed on a draft that is gone waits again. */
export function releaseItems(world: World, invoice: string): void {
  for (const item of world.tables.invoiceitem.values()) {
    change(world, item, item.invoice === invoice ? { invoice: null } : {});
  }
}

const createFields = {
  customer: needed(text),
  amount: needed(wholeNumber()),
  currency: needed(text),
  description: text,
  metadata,
};
const listFields = { ...pageFields, customer: text, invoice: text, pending: flag, created: createdFilter };

/** Invoice items, single amounts that the next manual invoice bills: create, retrieve, update, delete, list. */
export const invoiceItemRoutes: Route[] = [
  route('post', '/v1/invoiceitems', createFields, (world, { params }) => createInvoiceItem(world, params)),
  route('get', '/v1/invoiceitems', listFields, (world, { params }) => {
    const rows = newestFirst(world, 'invoiceitem').filter(
      (item) =>
        (!params.customer || idOf(item.customer) === params.customer) &&
        (!params.invoice || idOf(item.invoice) === params.invoice) &&
        (params.pending == null || (item.invoice === null) === params.pending) &&
        (params.created?.(item.date) ?? true),
    );
    return page(rows, params, '/v1/invoiceitems');
  }),
  route('get', '/v1/invoiceitems/{id}', {}, (world, { id }) => get(world, 'invoiceitem', id)),
  route('post', '/v1/invoiceitems/{id}', { description: text, metadata }, (world, { id, params }) => {
    const item = get(world, 'invoiceitem', id);
    change(world, item, {
      description: params.description === undefined ? item.description : params.description,
      metadata: mergedMetadata(item.metadata ?? {}, params.metadata),
    });
    return item;
  }),
  route('delete', '/v1/invoiceitems/{id}', {}, (world, { id }) => {
    const item = get(world, 'invoiceitem', id);
    if (item.invoice !== null) {
      throw refusedState('This invoice item is already on an invoice and cannot be deleted here.', 'invoice_not_editable');
    }
    world.tables.invoiceitem.delete(id);
    emit(world, 'invoiceitem.deleted', item);
    return { id, object: 'invoiceitem', deleted: true };
  }),
];
