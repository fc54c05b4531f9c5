import type Stripe from 'stripe';
import { emit } from './events.ts';
import { anything, group, needed, oneOf, text, webAddress } from './fields.ts';
import { newId } from './ids.ts';
import { type Route, route } from './route.ts';
import { get, insert } from './world.ts';

const flowTypes = oneOf(
  'customer_update',
  'payment_method_update',
  'subscription_cancel',
  'subscription_pause',
  'subscription_update',
  'subscription_update_confirm',
);

/** Sessions of the page on which donors manage what they give. */
export const billingPortalRoutes: Route[] = [
  route(
    'post',
    '/v1/billing_portal/sessions',
    {
      customer: needed(text),
      return_url: webAddress,
      configuration: text,
      locale: text,
      flow_data: group({
        type: needed(flowTypes),
        subscription_cancel: group({ subscription: needed(text), retention: anything }),
        subscription_update: group({ subscription: needed(text) }),
        after_completion: anything,
      }),
    },
    (world, { params }): Stripe.BillingPortal.Session => {
      const customer = get(world, 'customer', params.customer, 'customer');
      const named = params.configuration && get(world, 'billing_portal.configuration', params.configuration, 'configuration');
      const flow = params.flow_data;
      const cancel = flow?.subscription_cancel;
      const id = newId('bps');
      const session = insert(world, 'billing_portal.session', {
        id,
        object: 'billing_portal.session',
        configuration: named ? named.id : 'bpc_simulated',
        created: world.clock.seconds(),
        customer: customer.id,
        customer_account: null,
        flow: flow
          ? {
              after_completion: { hosted_confirmation: null, redirect: null, type: 'portal_homepage' },
              customer_update: null,
              subscription_cancel: cancel ? { retention: null, subscription: cancel.subscription } : null,
              subscription_pause: null,
              subscription_update: flow.subscription_update ?? null,
              subscription_update_confirm: null,
              type: flow.type,
            }
          : null,
        livemode: false,
        locale: params.locale ?? null,
        on_behalf_of: null,
        return_url: params.return_url ?? null,
        url: `${world.settings.url}/p/session/${id}`,
      });
      emit(world, 'billing_portal.session.created', session);
      return session;
    },
  ),
];
