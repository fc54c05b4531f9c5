import { collectInvoice } from './collection.ts';
import { checkedCurrency } from './currencies.ts';
import { refusedState } from './errors.ts';
import { change, emit } from './events.ts';
import { anything, createdFilter, flag, group, mergedMetadata, metadata, needed, oneOf, text } from './fields.ts';
import { createManualInvoice } from './invoice-creation.ts';
import { releaseItems } from './invoice-items.ts';
import { closeInvoice, defaultPaymentOf, finalizeInvoice, markInvoicePaid } from './invoices.ts';
import { page, pageFields } from './pagination.ts';
import { usePaymentMethod } from './payment-methods.ts';
import { cardRefusal } from './payments.ts';
import { type Route, route } from './route.ts';
import { subscriptionOf } from './subscriptions.ts';
import { get, idOf, newestFirst, type World } from './world.ts';

function payNow(
  world: World,
  id: string,
  params: { payment_method?: string | null; paid_out_of_band?: boolean | null; off_session?: boolean | null },
) {
  const invoice = get(world, 'invoice', id);
  if (invoice.status === 'paid') {
    throw refusedState('Invoice is already paid', 'invoice_already_paid');
  }
  if (invoice.status === 'draft') {
    finalizeInvoice(world, invoice);
  }
  if (invoice.amount_due === 0) {
    return invoice;
  }
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') {
    throw refusedState(`This invoice cannot be paid: it is ${invoice.status}.`);
  }
  if (params.paid_out_of_band) {
    markInvoicePaid(world, invoice);
    return invoice;
  }
  const method = params.payment_method ? usePaymentMethod(world, params.payment_method).id : undefined;
  collectInvoice(world, invoice, { isOffSession: params.off_session ?? true }, method);
  const intent = world.tables.payment_intent.get(idOf(defaultPaymentOf(world, id)?.payment.payment_intent));
  if (intent && intent.status === 'requires_payment_method') {
    throw cardRefusal(intent);
  }
  return invoice;
}

const payFields = { payment_method: text, paid_out_of_band: flag, off_session: flag, forgive: flag };
const createFields = {
  customer: needed(text),
  auto_advance: flag,
  collection_method: oneOf('charge_automatically'),
  currency: text,
  description: text,
  metadata,
  pending_invoice_items_behavior: oneOf('exclude', 'include'),
};
const statuses = oneOf('draft', 'open', 'paid', 'uncollectible', 'void');

/** Invoices: create, retrieve, update, delete, list, finalize, pay, void, mark as uncollectible. Most come from subscriptions. */
export const invoiceRoutes: Route[] = [
  route(
    'get',
    '/v1/invoices',
    { ...pageFields, customer: text, subscription: text, status: statuses, collection_method: anything, created: createdFilter },
    (world, { params }) => {
      const rows = newestFirst(world, 'invoice').filter(
        (invoice) =>
          (!params.customer || idOf(invoice.customer) === params.customer) &&
          (!params.subscription || subscriptionOf(invoice) === params.subscription) &&
          (!params.status || invoice.status === params.status) &&
          (params.created?.(invoice.created) ?? true),
      );
      return page(rows, params, '/v1/invoices');
    },
  ),
  route('post', '/v1/invoices', createFields, (world, { params }) => {
    const customer = get(world, 'customer', params.customer, 'customer');
    return createManualInvoice(world, customer, {
      takesPendingItems: params.pending_invoice_items_behavior === 'include',
      auto_advance: params.auto_advance ?? false,
      description: params.description ?? null,
      metadata: mergedMetadata({}, params.metadata),
      ...(params.currency ? { currency: checkedCurrency(params.currency, 'currency') } : {}),
    });
  }),
  route('delete', '/v1/invoices/{id}', {}, (world, { id }) => {
    const invoice = get(world, 'invoice', id);
    if (invoice.status !== 'draft' || invoice.parent !== null) {
      throw refusedState('You can only delete draft invoices that no subscription made.', 'invoice_not_editable');
    }
    releaseItems(world, id);
    world.tables.invoice.delete(id);
    emit(world, 'invoice.deleted', invoice);
    return { id, object: 'invoice', deleted: true };
  }),
  route('get', '/v1/invoices/{id}', {}, (world, { id }) => get(world, 'invoice', id)),
  route('post', '/v1/invoices/{id}', { metadata, description: text, auto_advance: flag }, (world, { id, params }) => {
    const invoice = get(world, 'invoice', id);
    const patch = {
      metadata: mergedMetadata(invoice.metadata ?? {}, params.metadata),
      description: params.description === undefined ? invoice.description : params.description,
      auto_advance: params.auto_advance ?? invoice.auto_advance,
    };
    change(world, invoice, patch, 'invoice.updated');
    return invoice;
  }),
  route('post', '/v1/invoices/{id}/finalize', { auto_advance: flag }, (world, { id }) => {
    const invoice = get(world, 'invoice', id);
    finalizeInvoice(world, invoice);
    return invoice;
  }),
  route('post', '/v1/invoices/{id}/pay', payFields, (world, { id, params }) => payNow(world, id, params)),
  route('post', '/v1/invoices/{id}/void', {}, (world, { id }) => {
    const invoice = get(world, 'invoice', id);
    closeInvoice(world, invoice, 'void');
    return invoice;
  }),
  route('post', '/v1/invoices/{id}/mark_uncollectible', {}, (world, { id }) => {
    const invoice = get(world, 'invoice', id);
    closeInvoice(world, invoice, 'uncollectible');
    return invoice;
  }),
  route('get', '/v1/invoices/{id}/lines', pageFields, (world, { id, params }) =>
    page(get(world, 'invoice', id).lines.data, params, `/v1/invoices/${id}/lines`),
  ),
  route(
    'get',
    '/v1/invoice_payments',
    {
      ...pageFields,
      invoice: text,
      status: oneOf('open', 'paid', 'canceled'),
      created: createdFilter,
      payment: group({ type: oneOf('payment_intent', 'charge', 'payment_record'), payment_intent: text, charge: text }),
    },
    (world, { params }) => {
      const rows = newestFirst(world, 'invoice_payment').filter(
        (payment) =>
          (!params.invoice || idOf(payment.invoice) === params.invoice) &&
          (!params.status || payment.status === params.status) &&
          (!params.payment?.type || payment.payment.type === params.payment.type) &&
          (!params.payment?.payment_intent || payment.payment.payment_intent === params.payment.payment_intent) &&
          (params.created?.(payment.created) ?? true),
      );
      return page(rows, params, '/v1/invoice_payments');
    },
  ),
  route('get', '/v1/invoice_payments/{id}', {}, (world, { id }) => get(world, 'invoice_payment', id)),
];
