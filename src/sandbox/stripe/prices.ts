import type Stripe from 'stripe';
import { checkedCurrency, checkWholeUnits } from './currencies.ts';
import { invalidParameter } from './errors.ts';
import { change, emit } from './events.ts';
import {
  createdFilter,
  flag,
  group,
  listOf,
  mergedMetadata,
  metadata,
  needed,
  oneOf,
  shortText,
  text,
  wholeNumber,
} from './fields.ts';
import { newId } from './ids.ts';
import { page, pageFields } from './pagination.ts';
import { createProduct } from './products.ts';
import { type Route, route } from './route.ts';
import { get, idOf, insert, newestFirst, type World } from './world.ts';

/** How often a price recurs. */
export const recurringFields = group({
  interval: needed(oneOf('day', 'week', 'month', 'year')),
  interval_count: wholeNumber(1, 1095),
});

const productData = group({
  name: needed(text),
  description: text,
  images: listOf(text),
  metadata,
  statement_descriptor: shortText(22),
  unit_label: shortText(12),
});

/** `price_data` where a product may be described in place. */
export const priceData = group({
  currency: needed(text),
  unit_amount: wholeNumber(),
  product: text,
  product_data: productData,
  recurring: recurringFields,
  tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
});

/** `price_data` on a subscription's item, where the product must exist. */
export const itemPriceData = group({
  currency: needed(text),
  unit_amount: wholeNumber(),
  product: needed(text),
  recurring: needed(recurringFields),
  tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
});

type Interval = 'day' | 'week' | 'month' | 'year';
type PriceInput = {
  currency: string;
  unit_amount?: number | null;
  product: string;
  recurring?: { interval: Interval; interval_count?: number | null } | null;
  active?: boolean | null;
  nickname?: string | null;
  lookup_key?: string | null;
  metadata?: Record<string, string> | null;
};

/** A new price for a product that exists. `param` is where a refusal points. */
export function createPrice(world: World, input: PriceInput, param = ''): Stripe.Price {
  const at = (name: string) => (param ? `${param}[${name}]` : name);
  const currency = checkedCurrency(input.currency, at('currency'));
  if (input.unit_amount == null) {
    throw invalidParameter(`Missing required param: ${at('unit_amount')}.`, at('unit_amount'), 'parameter_missing');
  }
  checkWholeUnits(input.unit_amount, currency, at('unit_amount'));
  const product = get(world, 'product', input.product, at('product'));
  const { recurring } = input;
  const price = insert(world, 'price', {
    id: newId('price'),
    object: 'price',
    active: input.active ?? true,
    billing_scheme: 'per_unit',
    created: world.clock.seconds(),
    currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: input.lookup_key ?? null,
    metadata: mergedMetadata({}, input.metadata),
    nickname: input.nickname ?? null,
    product: product.id,
    recurring: recurring
      ? {
          interval: recurring.interval,
          interval_count: recurring.interval_count ?? 1,
          meter: null,
          trial_period_days: null,
          usage_type: 'licensed',
        }
      : null,
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: recurring ? 'recurring' : 'one_time',
    unit_amount: input.unit_amount,
    unit_amount_decimal: decimal(input.unit_amount),
  });
  emit(world, 'price.created', price);
  return price;
}

/** Decimal fields travel as text; the client makes its Decimal of them. */
export function decimal(value: number): NonNullable<Stripe.Price['unit_amount_decimal']> {
  return String(value) as unknown as NonNullable<Stripe.Price['unit_amount_decimal']>;
}

type InlinePrice = NonNullable<ReturnType<typeof priceData.read>>;

/** The price behind `price_data`: inactive, as Stripe's inline prices are, with its product made on the way if it is described. */
export function createInlinePrice(world: World, data: InlinePrice, param: string): Stripe.Price {
  if (!data.product === !data.product_data) {
    throw invalidParameter('One of product or product_data is required', param, 'parameter_missing');
  }
  checkedCurrency(data.currency, `${param}[currency]`);
  const product = data.product ?? createProduct(world, data.product_data!).id;
  return createPrice(world, { ...data, product, active: false }, param);
}

const fields = { nickname: text, metadata, active: flag, lookup_key: shortText(200) };

/** Prices: create, retrieve, update, list. */
export const priceRoutes: Route[] = [
  route(
    'post',
    '/v1/prices',
    {
      ...fields,
      currency: needed(text),
      unit_amount: wholeNumber(),
      product: text,
      product_data: productData,
      recurring: recurringFields,
    },
    (world, { params }) => {
      if (!params.product && !params.product_data) {
        throw invalidParameter(
          'You must specify either `product` or `product_data` when creating a price.',
          'product',
          'parameter_missing',
        );
      }
      checkedCurrency(params.currency, 'currency');
      const product = params.product ?? createProduct(world, params.product_data!).id;
      return createPrice(world, { ...params, product });
    },
  ),
  route(
    'get',
    '/v1/prices',
    { ...pageFields, active: flag, product: text, currency: text, type: text, created: createdFilter, lookup_keys: listOf(text) },
    (world, { params }) => {
      const rows = newestFirst(world, 'price').filter(
        (price) =>
          (params.active == null || price.active === params.active) &&
          (!params.product || idOf(price.product) === params.product) &&
          (!params.currency || price.currency === params.currency) &&
          (!params.type || price.type === params.type) &&
          (!params.lookup_keys || params.lookup_keys.includes(price.lookup_key ?? '')) &&
          (params.created?.(price.created) ?? true),
      );
      return page(rows, params, '/v1/prices');
    },
  ),
  route('get', '/v1/prices/{id}', {}, (world, { id }) => get(world, 'price', id)),
  route('post', '/v1/prices/{id}', fields, (world, { id, params }) => {
    const price = get(world, 'price', id);
    const patch = {
      active: params.active ?? price.active,
      nickname: params.nickname === undefined ? price.nickname : params.nickname,
      lookup_key: params.lookup_key === undefined ? price.lookup_key : params.lookup_key,
      metadata: mergedMetadata(price.metadata, params.metadata),
    };
    change(world, price, patch, 'price.updated');
    return price;
  }),
];
