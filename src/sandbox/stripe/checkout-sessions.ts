import { createSession } from './checkout-creation.ts';
import { sessionFields } from './checkout-fields.ts';
import { refusedState } from './errors.ts';
import { change, emit } from './events.ts';
import { createdFilter, group, mergedMetadata, metadata, text } from './fields.ts';
import { page, pageFields } from './pagination.ts';
import { type Route, route } from './route.ts';
import { get, newestFirst, type World } from './world.ts';

/** Closes a session that nobody paid; a session that is not open any more stays as it is. */
export function expireSession(world: World, id: string): void {
  const session = get(world, 'checkout.session', id);
  if (session.status === 'open') {
    change(world, session, { status: 'expired', url: null });
    emit(world, 'checkout.session.expired', session);
  }
}

const listFields = {
  ...pageFields,
  payment_intent: text,
  subscription: text,
  customer: text,
  status: text,
  created: createdFilter,
};
const sessions = '/v1/checkout/sessions';

/** Checkout Sessions: create, retrieve, update (metadata), expire, list, and their line items. */
export const checkoutRoutes: Route[] = [
  route('post', sessions, sessionFields, (world, { params, version }) => createSession(world, params, version)),
  route('get', sessions, { ...listFields, customer_details: group({ email: text }) }, (world, { params }) => {
    const rows = newestFirst(world, 'checkout.session').filter(
      (session) =>
        (!params.payment_intent || session.payment_intent === params.payment_intent) &&
        (!params.subscription || session.subscription === params.subscription) &&
        (!params.customer || session.customer === params.customer) &&
        (!params.status || session.status === params.status) &&
        (!params.customer_details?.email || session.customer_details?.email === params.customer_details.email) &&
        (params.created?.(session.created) ?? true),
    );
    return page(rows, params, sessions);
  }),
  route('get', `${sessions}/{id}`, {}, (world, { id }) => get(world, 'checkout.session', id)),
  route('post', `${sessions}/{id}`, { metadata }, (world, { id, params }) => {
    const session = get(world, 'checkout.session', id);
    change(world, session, { metadata: mergedMetadata(session.metadata ?? {}, params.metadata) });
    return session;
  }),
  route('post', `${sessions}/{id}/expire`, {}, (world, { id }) => {
    const session = get(world, 'checkout.session', id);
    if (session.status !== 'open') {
      throw refusedState(
        `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`,
      );
    }
    expireSession(world, id);
    return session;
  }),
  route('get', `${sessions}/{id}/line_items`, pageFields, (world, { id, params }) => {
    get(world, 'checkout.session', id);
    return page(world.notes.checkout.get(id)?.lineItems ?? [], params, `${sessions}/${id}/line_items`);
  }),
];
