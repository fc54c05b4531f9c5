import type { sessionFields } from './checkout-fields.ts';
import { checkChargeable, checkedCurrency, checkWholeUnits } from './currencies.ts';
import { invalidParameter } from './errors.ts';
import type { Output } from './fields.ts';
import { apiVersion, get, type World } from './world.ts';

type Params = Output<typeof sessionFields>;

const halfHour = 30 * 60;
const day = 24 * 3600;

/** Refuses what Stripe refuses in a new session, before anything is made; the instant at which the session expires, in seconds. */
export function checkedSession(world: World, params: Params, version: string): number {
  checkPaymentMethodTypes(params, version);
  checkMode(params);
  checkLines(world, params);
  if (params.customer && params.customer_email) {
    throw invalidParameter(
      'You may only specify one of these parameters: customer, customer_email.',
      'customer_email',
      'parameters_exclusive',
    );
  }
  if (params.customer) {
    get(world, 'customer', params.customer, 'customer');
  }
  return checkedExpiry(world, params);
}

/** Since 2026-10-28.endive no request names payment method types any more; older versions still may. */
export function checkPaymentMethodTypes(params: { payment_method_types?: string[] | null }, version: string): void {
  if (params.payment_method_types && version >= apiVersion) {
    const message =
      'The parameter `payment_method_types` is no longer supported. Use `allowed_payment_method_types`, `excluded_payment_method_types` or `automatic_payment_methods` instead.';
    throw invalidParameter(message, 'payment_method_types', 'payment_method_types_no_longer_supported');
  }
}

function checkMode(params: Params): void {
  if (params.mode === 'setup' || (params.ui_mode && params.ui_mode !== 'hosted_page')) {
    throw invalidParameter(
      'The simulator has only hosted_page sessions in payment and subscription mode.',
      params.mode === 'setup' ? 'mode' : 'ui_mode',
    );
  }
  if (params.return_url) {
    throw invalidParameter('`return_url` can only be used with embedded sessions; use `success_url`.', 'return_url');
  }
  if (!params.success_url) {
    throw invalidParameter('Missing required param: success_url.', 'success_url', 'parameter_missing');
  }
  const misplaced =
    params.mode === 'payment'
      ? (['subscription_data', 'payment_method_collection'] as const)
      : (['payment_intent_data', 'customer_creation'] as const);
  for (const name of misplaced) {
    if (params[name]) {
      throw invalidParameter(`You can not pass \`${name}\` in \`${params.mode}\` mode.`, name);
    }
  }
}

function checkLines(world: World, params: Params): void {
  if (!params.line_items?.length) {
    throw invalidParameter('Missing required param: line_items.', 'line_items', 'parameter_missing');
  }
  const lines = params.line_items.map((line, position) => readLine(world, line, `line_items[${position}]`));
  const [first] = lines as [(typeof lines)[number]];
  for (const [position, line] of lines.entries()) {
    const param = `line_items[${position}]`;
    if (params.mode === 'payment' && line.recurring) {
      throw invalidParameter(
        'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
        param,
      );
    }
    if (params.mode === 'subscription' && !line.recurring) {
      throw invalidParameter('You must provide at least one recurring price in `subscription` mode when using prices.', param);
    }
    if (line.currency !== first.currency || line.recurring !== first.recurring) {
      throw invalidParameter('All line items must have the same currency and the same billing interval.', param);
    }
  }
  const total = lines.reduce((sum, line) => sum + line.amount, 0);
  const param = params.line_items[0]?.price_data ? 'line_items[0][price_data][unit_amount]' : 'line_items';
  checkChargeable(total, first.currency, param, "The Checkout Session's total amount due");
}

type Line = NonNullable<Params['line_items']>[number];

function readLine(world: World, line: Line, param: string): { amount: number; currency: string; recurring: string } {
  if (!line.price === !line.price_data) {
    throw invalidParameter(`You must specify either \`price\` or \`price_data\` in ${param}.`, param, 'parameter_missing');
  }
  if (!line.quantity) {
    throw invalidParameter(`Quantity is required. Add \`quantity\` to \`${param}\``, `${param}[quantity]`, 'parameter_missing');
  }
  const data = line.price ? get(world, 'price', line.price, `${param}[price]`) : line.price_data!;
  const inside = `${param}[price_data]`;
  if (data.unit_amount == null) {
    throw invalidParameter(`Missing required param: ${inside}[unit_amount].`, `${inside}[unit_amount]`, 'parameter_missing');
  }
  if (line.price_data && !line.price_data.product === !line.price_data.product_data) {
    throw invalidParameter('One of product or product_data is required', inside, 'parameter_missing');
  }
  if (line.price_data?.product) {
    get(world, 'product', line.price_data.product, `${inside}[product]`);
  }
  const currency = checkedCurrency(data.currency, `${inside}[currency]`);
  checkWholeUnits(data.unit_amount, currency, `${inside}[unit_amount]`);
  const recurring = data.recurring ? `${data.recurring.interval_count ?? 1} ${data.recurring.interval}` : '';
  return { amount: data.unit_amount * line.quantity, currency, recurring };
}

function checkedExpiry(world: World, params: Params): number {
  const now = world.clock.seconds();
  const expiresAt = params.expires_at ?? now + day;
  if (expiresAt < now + halfHour) {
    throw invalidParameter(
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
      'expires_at',
    );
  }
  if (expiresAt > now + day) {
    throw invalidParameter('The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.', 'expires_at');
  }
  return expiresAt;
}
