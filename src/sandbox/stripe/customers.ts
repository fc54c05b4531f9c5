import type Stripe from 'stripe';
import { reviveCollection } from './collection.ts';
import { refusedState } from './errors.ts';
import { change, emit } from './events.ts';
import { anything, createdFilter, group, listOf, mergedMetadata, metadata, shortText, text } from './fields.ts';
import { newId, randomText } from './ids.ts';
import { page, pageFields } from './pagination.ts';
import { attachPaymentMethod, usePaymentMethod } from './payment-methods.ts';
import { type Route, route } from './route.ts';
import { endSubscription, runningSubscriptions } from './subscriptions.ts';
import { get, insert, newestFirst, type World } from './world.ts';

type CustomerInput = {
  email?: string | null;
  name?: string | null;
  phone?: string | null;
  description?: string | null;
  metadata?: Record<string, string> | null;
  locales?: string[] | null;
};

/** A new customer, with its event. */
export function createCustomer(world: World, input: CustomerInput, id = newId('cus')): Stripe.Customer {
  const customer = insert(world, 'customer', {
    id,
    object: 'customer',
    address: null,
    balance: 0,
    created: world.clock.seconds(),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: input.description ?? null,
    discount: null,
    email: input.email ?? null,
    invoice_prefix: randomText(8).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    metadata: mergedMetadata({}, input.metadata),
    name: input.name ?? null,
    next_invoice_sequence: 1,
    phone: input.phone ?? null,
    preferred_locales: input.locales ?? [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  });
  emit(world, 'customer.created', customer);
  return customer;
}

const fields = {
  email: shortText(512),
  name: shortText(256),
  phone: shortText(20),
  description: text,
  metadata,
  preferred_locales: listOf(text),
  address: anything,
  shipping: anything,
  tax_exempt: text,
  payment_method: text,
  invoice_settings: group({ default_payment_method: text, custom_fields: anything, footer: text }),
};

/** Customers: create, retrieve, update, delete, list. */
export const customerRoutes: Route[] = [
  route('post', '/v1/customers', { ...fields, id: text }, (world, { params }) => {
    if (params.id && world.tables.customer.has(params.id)) {
      throw refusedState('Customer already exists.', 'resource_already_exists', { param: 'id' });
    }
    const named = params.payment_method ?? params.invoice_settings?.default_payment_method;
    const method = named ? usePaymentMethod(world, named) : null;
    const customer = createCustomer(world, { ...params, locales: params.preferred_locales }, params.id ?? newId('cus'));
    if (method) {
      attachPaymentMethod(world, method, customer.id);
    }
    if (method && params.invoice_settings?.default_payment_method) {
      customer.invoice_settings.default_payment_method = method.id;
    }
    return customer;
  }),
  route('get', '/v1/customers', { ...pageFields, email: text, created: createdFilter, test_clock: text }, (world, { params }) => {
    const rows = newestFirst(world, 'customer').filter(
      (customer) => (!params.email || customer.email === params.email) && (params.created?.(customer.created) ?? true),
    );
    return page(rows, params, '/v1/customers');
  }),
  route('get', '/v1/customers/{id}', {}, (world, { id }) => world.notes.deleted.get(id) ?? get(world, 'customer', id)),
  route('post', '/v1/customers/{id}', fields, (world, { id, params }) => {
    const customer = get(world, 'customer', id);
    const { email, name, phone, description } = params;
    const sent = Object.fromEntries(
      Object.entries({ email, name, phone, description }).filter(([, value]) => value !== undefined),
    );
    const paymentMethod = params.invoice_settings?.default_payment_method;
    if (paymentMethod) {
      get(world, 'payment_method', paymentMethod, 'invoice_settings[default_payment_method]');
    }
    const invoiceSettings =
      paymentMethod === undefined
        ? customer.invoice_settings
        : { ...customer.invoice_settings, default_payment_method: paymentMethod };
    const merged = mergedMetadata(customer.metadata, params.metadata);
    change(world, customer, { ...sent, metadata: merged, invoice_settings: invoiceSettings }, 'customer.updated');
    if (paymentMethod) {
      reviveCollection(world, id);
    }
    return customer;
  }),
  route('delete', '/v1/customers/{id}', {}, (world, { id }) => {
    const customer = get(world, 'customer', id);
    for (const subscription of runningSubscriptions(world, id)) {
      endSubscription(world, subscription, 'cancellation_requested');
    }
    const gone = { id, object: 'customer', deleted: true } as const;
    world.tables.customer.delete(id);
    world.notes.deleted.set(id, gone);
    emit(world, 'customer.deleted', customer);
    return gone;
  }),
];
