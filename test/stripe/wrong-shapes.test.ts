import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Exchange } from '../../src/sandbox/stripe/exchange.ts';
import { apiVersion } from '../../src/sandbox/stripe/world.ts';
import { oneTime, startSandbox } from '../sandbox/stripe/support.ts';
import { findDifferences, holdToOfficialShapes } from '../support/official-shapes.ts';
import { takeFindings } from '../support/shape-findings.ts';

// biome-ignore lint/suspicious/noExplicitAny: it spoils what is of a known type
type Change = (params: any, body: any) => void;

describe("what differs from Stripe's own types", () => {
  const exchanges: Exchange[] = [];
  let sandbox: Awaited<ReturnType<typeof startSandbox>>;
  beforeAll(async () => {
    sandbox = await startSandbox({ onExchange: (exchange) => exchanges.push(exchange) });
    const { id } = await sandbox.stripe.checkout.sessions.create(oneTime(1500));
    await sandbox.pay(id, 'pm_card_visa', { email: 'reader@example.net' });
    await sandbox.stripe.charges.list({ expand: ['data.payment_intent'] });
  });
  afterAll(() => sandbox?.simulator.close());

  /** The exchange of that name, changed as `wrong` says. */
  function planted(name: string, wrong: Change): string[] {
    const found = exchanges.find((each) => (each.kind === 'event' ? each.event.type : each.endpoint) === name)!;
    expect(findDifferences(found)).toEqual([]);
    const copy = structuredClone(found);
    if (copy.kind === 'event') {
      wrong({}, copy.event);
      return findDifferences(copy);
    }
    const body = JSON.parse(copy.body);
    wrong(copy.params, body);
    return findDifferences({ ...copy, body: JSON.stringify(body) });
  }

  test.each<[string, string, Change, RegExp]>([
    ['a missing key', 'POST /v1/checkout/sessions', (_, body) => delete body.payment_status, /payment_status/],
    ['a key too many', 'POST /v1/checkout/sessions', (_, body) => Object.assign(body, { paid: true }), /paid/],
    ['a wrong type', 'POST /v1/checkout/sessions', (_, body) => Object.assign(body, { amount_total: '15' }), /amount_total/],
    ['a fraction', 'POST /v1/checkout/sessions', (_, body) => Object.assign(body, { amount_total: 1.5 }), /amount_total/],
    ['a word that is none', 'POST /v1/checkout/sessions', (_, body) => Object.assign(body, { status: 'done' }), /status/],
    ['a wrong object in a list', 'GET /v1/charges', (_, body) => delete body.data[0].paid, /paid/],
    ['a wrong expanded object', 'GET /v1/charges', (_, body) => delete body.data[0].payment_intent.status, /payment_intent/],
    ['an unknown object', 'GET /v1/charges', (_, body) => Object.assign(body.data[0], { object: 'coin' }), /coin/],
    ['a list that is none', 'GET /v1/charges', (_, body) => delete body.has_more, /list/],
    ['an unknown parameter', 'POST /v1/checkout/sessions', (params) => Object.assign(params, { tip: '1' }), /tip/],
    ['an old word', 'POST /v1/checkout/sessions', (params) => Object.assign(params, { ui_mode: 'hosted' }), /ui_mode/],
    ['a wrong number', 'POST /v1/checkout/sessions', (params) => Object.assign(params, { expires_at: 'soon' }), /expires_at/],
    [
      'a wrong parameter deep inside',
      'POST /v1/checkout/sessions',
      (params) => delete params.line_items[0].price_data.currency,
      /line_items.*currency/,
    ],
    ['an event of no known type', 'charge.succeeded', (_, event) => Object.assign(event, { type: 'charge.won' }), /type/],
    ['a wrong object in an event', 'charge.succeeded', (_, event) => delete event.data.object.paid, /paid/],
    [
      'a wrong earlier value',
      'charge.succeeded',
      (_, event) => Object.assign(event.data, { previous_attributes: { amount: null } }),
      /before: .*amount/,
    ],
  ])('%s', (_what, name, wrong, said) => {
    expect(planted(name, wrong).join('\n')).toMatch(said);
  });

  test('fails the test that is running', () => {
    holdToOfficialShapes({ kind: 'answer', endpoint: 'GET /v1/coins', version: apiVersion, params: {}, status: 200, body: '{}' });
    expect(takeFindings()).toHaveLength(2);
  });
});
