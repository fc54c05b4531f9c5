import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { html } from '../../src/html.ts';
import { page } from '../../src/http/pages/layout.ts';
import { defineRoute } from '../../src/http/route.ts';
import { describeBrowser } from '../support/browser.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { testConfig } from '../support/settings.ts';
import { edgeApp, edgeServices, undescribed } from './edge-app.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

describeBrowser('a form of ours', (browser) => {
  test('says where it comes from, and leads on to the page where it is paid, but to no other', async () => {
    const payment = await listen((_request, response) => response.end('pay here'));
    const elsewhere = await listen((_request, response) => response.end('not here'));
    const origins: (string | undefined)[] = [];
    let leadsTo = payment.url;
    let publicUrl = '';
    const service = await listen((request, response) => app(request, response));
    publicUrl = service.url;
    const config = testConfig({ PUBLIC_URL: publicUrl, STRIPE_API_BASE: payment.url });
    const services = edgeServices(database.url, { config });
    const body = html`<form method="post" action="/donate"><button>Go</button></form>`;
    const app = edgeApp(
      services,
      defineRoute({
        ...undescribed,
        name: 'GET /donate',
        handle: async ({ locale }) => ({ status: 200, html: page({ services, locale, title: 'Give', body }) }),
      }),
      defineRoute({
        ...undescribed,
        name: 'POST /donate',
        async handle({ request }) {
          origins.push(request.get('Origin'));
          return { status: 303, location: `${leadsTo}/` };
        },
      }),
    );

    const tab = await browser().newPage();
    await tab.goto(`${publicUrl}/donate`);
    await tab.click('button');
    await tab.waitForURL(`${payment.url}/`);
    expect(await tab.textContent('body')).toBe('pay here');
    expect(origins).toEqual([publicUrl]);

    leadsTo = elsewhere.url;
    await tab.goto(`${publicUrl}/donate`);
    const refusal = tab.waitForEvent('console', (message) => message.text().includes('form-action'));
    await tab.click('button');
    await refusal;
    expect(tab.url()).toBe(`${publicUrl}/donate`);
    await tab.close();
    await services.close();
    await Promise.all([payment, elsewhere, service].map(({ close }) => close()));
  });
});

async function listen(listener: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
