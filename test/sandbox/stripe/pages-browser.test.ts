import fs from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeBrowser } from '../../support/browser.ts';
import { monthly, oneTime, startSandbox } from './support.ts';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describeBrowser("the simulator's pages in a browser", (browser) => {
  let sandbox: Awaited<ReturnType<typeof startSandbox>>;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.simulator.close());

  async function visit<T>(options: BrowserContextOptions, run: (page: Page) => Promise<T>): Promise<T> {
    const context = await browser().newContext(options);
    try {
      return await run(await context.newPage());
    } finally {
      await context.close();
    }
  }

  /** What axe finds wrong with the page as it stands. */
  async function barriers(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    return page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } };
      return (await axe.run()).violations.map(({ id }) => id);
    });
  }

  test.each([
    [390, 'light'],
    [390, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('%i wide and %s: no barriers, nothing to scroll sideways for', async (width, colorScheme) => {
    const { stripe, pay } = sandbox;
    const declined = await stripe.checkout.sessions.create(oneTime(2500));
    await pay(declined.id, 'pm_card_chargeDeclined');
    const terms = await stripe.checkout.sessions.create(monthly(900, { consent_collection: { terms_of_service: 'required' } }));
    const asked = await pay((await stripe.checkout.sessions.create(oneTime(900))).id, 'pm_card_authenticationRequired');
    const portal = await pay((await stripe.checkout.sessions.create(monthly(900))).id, 'pm_card_visa');
    const { url } = await stripe.billingPortal.sessions.create({
      customer: portal.body.customer,
      return_url: 'http://127.0.0.1:1/',
    });
    const bank = asked.body.payment_intent.next_action.redirect_to_url.url;
    await visit({ viewport: { width, height: 844 }, colorScheme, bypassCSP: true }, async (page) => {
      for (const address of [declined.url!, terms.url!, bank, url]) {
        await page.goto(address);
        expect([address, await barriers(page)]).toEqual([address, []]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      }
    });
  });

  test('a person pays with a typed card, without JavaScript', async () => {
    const success_url = `${sandbox.simulator.url}/receipts/none?session={CHECKOUT_SESSION_ID}`;
    const session = await sandbox.stripe.checkout.sessions.create(oneTime(2500, 'usd', { success_url }));
    await visit({ javaScriptEnabled: false }, async (page) => {
      await page.goto(session.url!);
      await page.getByLabel('E-mail').fill('reader@example.com');
      await page.getByLabel('Card number').fill('4242 4242 4242 4242');
      await page.getByLabel('Expires').fill('12/40');
      await page.getByLabel('Security code').fill('123');
      await page.getByRole('button', { name: 'Donate $25.00' }).click();
      await page.waitForURL(`**?session=${session.id}`);
    });
    expect((await sandbox.stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid');
  });

  test('a person is declined, tries a card that asks the bank, and approves there', async () => {
    const success_url = `${sandbox.simulator.url}/receipts/none?session={CHECKOUT_SESSION_ID}`;
    const session = await sandbox.stripe.checkout.sessions.create(oneTime(2500, 'usd', { success_url }));
    await visit({ javaScriptEnabled: false }, async (page) => {
      await page.goto(session.url!);
      await page.getByRole('button', { name: 'Is declined' }).click();
      await page.getByRole('alert').getByText('Your card was declined.').waitFor();
      await page.getByRole('button', { name: 'Asks for 3-D Secure' }).click();
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.waitForURL(`**?session=${session.id}`);
    });
    expect((await sandbox.stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid');
  });
});
