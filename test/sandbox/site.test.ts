import http from 'node:http';
import type net from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Site, startSite } from '../../src/sandbox/site.ts';
import { describeBrowser } from '../support/browser.ts';

// Stands in for the donation service: a widget that takes its place once it knows what to say.
const widget = `const answer = await (await fetch(new URL('/answer', import.meta.url))).text();
customElements.define('gratis-ask', class extends HTMLElement {
  connectedCallback() {
    this.attachShadow({ mode: 'open' }).innerHTML = '<p>' + answer + '</p>';
  }
});`;

let service: http.Server;
let serviceUrl: string;
let site: Site;

beforeAll(async () => {
  service = http.createServer((request, response) => {
    const script = request.url === '/widget.js';
    response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': script ? 'text/javascript' : 'text/plain' });
    response.end(script ? widget : 'Did this article help you?');
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  serviceUrl = `http://127.0.0.1:${(service.address() as net.AddressInfo).port}`;
  site = await startSite({ serviceUrl });
});

afterAll(async () => {
  await site.close();
  service.close();
});

test('has three articles on an origin of their own, one of them in Arabic', async () => {
  expect(new URL(site.url).origin).not.toBe(serviceUrl);
  const pages = await Promise.all(site.articles.map(({ url }) => get(url)));
  expect(pages.map(({ body }) => /<html lang="(.+?)" dir="(.+?)">/.exec(body)?.slice(1).join())).toEqual([
    'en,ltr',
    'ar,rtl',
    'en,ltr',
  ]);
});

test('embeds the widget as a publisher would, with a plain link for readers without scripts', async () => {
  const { url, title } = site.articles[0]!;
  const { body } = await get(url);
  expect(body).toContain(`<script type="module" src="${serviceUrl}/widget.js" async></script>`);
  expect(body).toContain(`<gratis-ask article-id="hl-1041" article-title="${title}" section="Transport" campaign="winter-2026">`);
  expect(body).toContain(`<a href="${serviceUrl}/donate?article=${encodeURIComponent(url)}">Help keep us free</a></gratis-ask>`);
  expect(body).not.toMatch(/<style|style="|<script>/);
});

test('marks every page as a demo and forbids it all but its own files and the service', async () => {
  for (const url of [site.url, ...site.articles.map((article) => article.url)]) {
    const { body, policy } = await get(url);
    expect(body).toMatch(/class="demo">(Demo: |عرض تجريبي)/);
    expect(policy).toBe(
      `default-src 'none'; script-src ${serviceUrl}; connect-src ${serviceUrl}; style-src 'self'; img-src 'self' data:; ` +
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    );
  }
});

test('answers 404 for an article that was never written', async () => {
  expect((await fetch(`${site.url}/transport/the-first-ferry`)).status).toBe(404);
});

describeBrowser('in a browser', (browser) => {
  test.each([390, 1280])('shows every article without a complaint or a jump at %i pixels', async (width) => {
    const page = await browser().newPage({ viewport: { width, height: 800 } });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('requestfailed', (request) => complaints.push(request.url()));
    await page.addInitScript(() => {
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const { value, sources } = entry as PerformanceEntry & { value: number; sources: { node: Element | null }[] };
          const moved = sources.map(({ node }) => `${node?.nodeName} ${node?.textContent?.trim().slice(0, 20)}`);
          console.error(`the layout shifted by ${value}: ${moved.join(', ')}`);
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    for (const { url } of site.articles) {
      await page.goto(url);
      const ask = page.locator('gratis-ask');
      await ask.scrollIntoViewIfNeeded();
      await ask.getByText('Did this article help you?').waitFor();
      expect((await ask.boundingBox())?.height).toBeGreaterThanOrEqual(240);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('offers the plain link where the script does not run', async () => {
    const page = await browser().newPage({ javaScriptEnabled: false });
    await page.goto(site.articles[0]!.url);
    const link = page.getByRole('link', { name: 'Help keep us free' });
    expect(await link.getAttribute('href')).toContain('/donate?article=');
    expect(await link.isVisible()).toBe(true);
    await page.close();
  });
});

async function get(url: string): Promise<{ body: string; policy: string | null }> {
  const response = await fetch(url);
  return { body: await response.text(), policy: response.headers.get('content-security-policy') };
}
