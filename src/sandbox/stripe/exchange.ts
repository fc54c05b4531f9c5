import type Stripe from 'stripe';

/** What somebody beside the simulator may look at: each request with its answer, and each event as it comes to be. */
export type Exchange =
  | {
      kind: 'answer';
      /** The endpoint as it is documented: `POST /v1/customers/{id}`. */
      endpoint: string;
      /** The API version that the request asked for. */
      version: string;
      /** Body and query as they were decoded, before anything is checked: text, lists and groups. */
      params: Record<string, unknown>;
      status: number;
      /** JSON, as it is sent. */
      body: string;
    }
  | { kind: 'event'; event: Stripe.EventBase };
