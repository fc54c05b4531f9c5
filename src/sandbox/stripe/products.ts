import type Stripe from 'stripe';
import { refusedState } from './errors.ts';
import { change, emit } from './events.ts';
import { anything, createdFilter, flag, listOf, mergedMetadata, metadata, needed, shortText, text } from './fields.ts';
import { newId } from './ids.ts';
import { page, pageFields } from './pagination.ts';
import { type Route, route } from './route.ts';
import { get, insert, newestFirst, type World } from './world.ts';

type ProductInput = {
  id?: string | null;
  name: string;
  active?: boolean | null;
  description?: string | null;
  images?: string[] | null;
  metadata?: Record<string, string> | null;
  statement_descriptor?: string | null;
  unit_label?: string | null;
  url?: string | null;
};

/** A new product, with its event; an id of one's own may be chosen once. */
export function createProduct(world: World, input: ProductInput): Stripe.Product {
  if (input.id && world.tables.product.has(input.id)) {
    throw refusedState('Product already exists.', 'resource_already_exists', { param: 'id' });
  }
  const now = world.clock.seconds();
  const product = insert(world, 'product', {
    id: input.id ?? newId('prod'),
    object: 'product',
    active: input.active ?? true,
    created: now,
    default_price: null,
    description: input.description ?? null,
    images: input.images ?? [],
    livemode: false,
    marketing_features: [],
    metadata: mergedMetadata({}, input.metadata),
    name: input.name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: input.statement_descriptor ?? null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: input.unit_label ?? null,
    updated: now,
    url: input.url ?? null,
  });
  emit(world, 'product.created', product);
  return product;
}

const fields = {
  active: flag,
  description: text,
  images: listOf(text),
  metadata,
  statement_descriptor: shortText(22),
  tax_code: anything,
  unit_label: shortText(12),
  url: text,
};

/** Products: create (with an id of one's own, if wanted), retrieve, update, delete, list. */
export const productRoutes: Route[] = [
  route(
    'post',
    '/v1/products',
    { ...fields, id: shortText(255), name: needed(text), type: text, shippable: flag },
    (world, { params }) => createProduct(world, params),
  ),
  route(
    'get',
    '/v1/products',
    { ...pageFields, active: flag, created: createdFilter, ids: listOf(text), url: text },
    (world, { params }) => {
      const rows = newestFirst(world, 'product').filter(
        (product) =>
          (params.active == null || product.active === params.active) &&
          (!params.ids || params.ids.includes(product.id)) &&
          (params.created?.(product.created) ?? true),
      );
      return page(rows, params, '/v1/products');
    },
  ),
  route('get', '/v1/products/{id}', {}, (world, { id }) => world.notes.deleted.get(id) ?? get(world, 'product', id)),
  route('post', '/v1/products/{id}', { ...fields, name: text, default_price: text }, (world, { id, params }) => {
    const product = get(world, 'product', id);
    const { metadata: sentMetadata, tax_code, ...rest } = params;
    const sent = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as Partial<Stripe.Product>;
    const patch = { ...sent, metadata: mergedMetadata(product.metadata, sentMetadata) };
    if (change(world, product, patch)) {
      change(world, product, { updated: world.clock.seconds() });
      emit(world, 'product.updated', product);
    }
    return product;
  }),
  route('delete', '/v1/products/{id}', {}, (world, { id }) => {
    const product = get(world, 'product', id);
    if ([...world.tables.price.values()].some((price) => price.product === id)) {
      throw refusedState('This product cannot be deleted because it has one or more user-created prices.');
    }
    const gone = { id, object: 'product', deleted: true } as const;
    world.tables.product.delete(id);
    world.notes.deleted.set(id, gone);
    emit(world, 'product.deleted', product);
    return gone;
  }),
];
