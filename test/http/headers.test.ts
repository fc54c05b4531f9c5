import express from 'express';
import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { routes } from '../../src/app.ts';
import { type HeaderClass, headersOf } from '../../src/http/headers.ts';
import { policies } from '../../src/http/policies.ts';
import { testConfig } from '../support/settings.ts';

async function headers(headerClass: HeaderClass, environment: Record<string, string>): Promise<Record<string, string>> {
  const app = express().disable('x-powered-by').disable('etag');
  app.get('/', (req, res) => {
    headersOf(headerClass, testConfig(environment))(req, res);
    res.end();
  });
  const { date: _date, connection: _connection, ...rest } = (await request(app).get('/')).headers;
  return rest;
}

const demo = { PUBLIC_URL: 'http://127.0.0.1:3000', STRIPE_API_BASE: 'http://127.0.0.1:3001' };
const live = { PUBLIC_URL: 'https://give.example.org', STRIPE_API_BASE: '' };
const classes: HeaderClass[] = ['api', 'page', 'form', 'script', 'asset', 'probe', 'download', 'docs'];

describe('the headers of a class', () => {
  test.each(classes)('%s, in a demo over plain http', async (headerClass) => {
    expect(await headers(headerClass, demo)).toMatchSnapshot();
  });

  test.each(classes)('%s, over https', async (headerClass) => {
    expect(await headers(headerClass, live)).toMatchSnapshot();
  });

  test.each(classes)('of %s never allow inline code, nor ask for https where there is none', async (headerClass) => {
    const text = JSON.stringify(await headers(headerClass, demo));
    expect(text).not.toMatch(/unsafe|upgrade-insecure|strict-transport|no-referrer/i);
  });

  test('let a form lead to the page where it is paid, or where the card is changed, and nowhere else', async () => {
    expect((await headers('form', demo))['content-security-policy']).toContain(
      "form-action 'self' https://checkout.stripe.com https://billing.stripe.com http://127.0.0.1:3001;",
    );
    expect((await headers('form', live))['content-security-policy']).toContain(
      "form-action 'self' https://checkout.stripe.com https://billing.stripe.com;",
    );
    expect(policies['GET /donate']?.class).toBe('form');
    expect(policies['GET /card/{token}']?.class).toBe('form');
  });

  test('let other sites load the widget, and nothing else', async () => {
    const open = await Promise.all(
      classes.map(async (name) => [name, (await headers(name, live))['cross-origin-resource-policy']]),
    );
    expect(open.filter(([, policy]) => policy !== 'same-origin')).toEqual([['script', 'cross-origin']]);
  });
});

describe('the policies', () => {
  test('are those of the endpoints that there are, one each', () => {
    const names = routes.map(({ name }) => name);
    expect([...names, 'POST /webhooks/stripe'].sort()).toEqual(Object.keys(policies).sort());
  });

  test('ask for a key at every write of JSON that a reader posts', () => {
    const posts = Object.entries(policies).filter(
      ([name, policy]) => name.startsWith('POST /v1/') && policy.audience === 'reader',
    );
    expect(posts.length).toBeGreaterThan(2);
    expect(posts.filter(([, policy]) => policy.idempotency !== 'required')).toEqual([]);
  });

  test('ask for credentials at everything of staff', () => {
    const staff = Object.entries(policies).filter(([name]) => /\/v1\/(admin|export)/.test(name));
    expect(staff.length).toBeGreaterThan(1);
    expect(staff.filter(([, { audience }]) => audience !== 'finance' && audience !== 'admin')).toEqual([]);
    expect(staff.filter(([, { cors }]) => cors)).toEqual([]);
  });

  test('limit every write of whoever needs no credentials', () => {
    const free = Object.entries(policies).filter(
      ([name, { limit, audience }]) => !name.startsWith('GET ') && !limit && !['stripe', 'finance', 'admin'].includes(audience),
    );
    expect(free.map(([name]) => name)).toEqual([]);
  });
});
