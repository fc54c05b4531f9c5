import { z } from 'zod';
import { describeApi } from './openapi/document.ts';
import { stripeWebhook } from './openapi/stripe-webhook.ts';
import { defineRoute, type Route } from './route.ts';

/** The description of all `routes`, itself among them, and of the webhook. */
export function getOpenapi(routes: () => readonly Route[]): Route {
  let document: object | undefined;
  return defineRoute({
    name: 'GET /openapi.json',
    summary: 'This description',
    output: { 200: { description: 'OpenAPI 3.1.', json: z.looseObject({ openapi: z.string() }) } },
    async handle({ services }) {
      document ??= describeApi(services.config, [...routes(), stripeWebhook]);
      return { status: 200, json: document };
    },
  });
}
