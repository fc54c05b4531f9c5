import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { escapeHtml } from '../../src/html.ts';
import { describeBrowser } from '../support/browser.ts';
import { ask, exportRows, type Gift, giveOnce, giveRegularly, pay } from '../support/reader.ts';
import { openStand, type Stand } from '../support/stand.ts';
import { inParallel, isLong } from './chance.ts';
import { scripts } from './payloads.ts';
import { openWatchedTab, type WatchedTab } from './watched-tab.ts';

const width = 3;
const patienceMs = 120_000;
const text = (number: number) => scripts[number % scripts.length]!;
const some = (first: number, most: number) =>
  scripts.slice(first, first + 40).reduce((all, one) => (`${all}${one}`.length > most ? all : `${all}${one}`));

/** A newsroom whose own texts are hostile, as if somebody had come by its settings. */
const newsroom = {
  name: `"><img src=x onerror=window.gratisWasHere=1>`,
  address: [3, 14, 22, 33, 41].map(text),
  receipt_statement: some(0, 1000),
  homepage: `https://www.example.org/"><svg/onload=window.gratisWasHere=1>`,
  links: { terms: `https://www.example.org/'><script>window.gratisWasHere=1</script>` },
  other_articles: Array.from({ length: 10 }, (_, number) => ({
    title: some(number * 7, 200),
    url: 'https://www.example.org/quay',
  })),
  limits: { gifts_per_source_in_ten_minutes: 10_000 },
};

type Article = { html: string; origin: string; server: Server };

/** A page of the newsroom's, with whatever it is told to hold. */
async function serveArticle(): Promise<Article> {
  const headers = { 'Content-Type': 'text/html; charset=utf-8' };
  const server = createServer((_request, response) => void response.writeHead(200, headers).end(article.html));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const article = { html: '', server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  return article;
}

/** Which stories are told: each holds eight payloads, the next one begins with the payload after. */
const told = [...scripts.keys()].filter((number) => isLong || number % 4 === 0);

type Story = { number: number; gift: Gift };

function fieldsOf(number: number): Record<string, unknown> {
  const url = `https://www.example.org/${encodeURIComponent(text(number))}?q=${text(number)}#${text(number)}`;
  return {
    amount: 750,
    currency: 'eur',
    article: { url, id: text(number + 1), title: text(number), section: text(number + 2) },
    campaign: text(number + 3),
    placement: text(number + 4),
    message: text(number + 5),
    name: text(number + 6),
    locale: ['en', 'de', 'es', 'ar'][number % 4],
  };
}

describeBrowser('texts that would be scripts', (browser) => {
  let stand: Stand;
  let article: Article;
  let context: BrowserContext;
  let tabs: WatchedTab[];
  const stories: Story[] = [];

  /** Every story in some tab. */
  const inTabs = (work: (tab: WatchedTab, story: Story) => Promise<void>) =>
    inParallel(stories, width, async (story) => {
      const tab = tabs.pop()!;
      await work(tab, story);
      tabs.push(tab);
    });

  beforeAll(async () => {
    article = await serveArticle();
    stand = await openStand({ newsroom, environment: { SITE_ORIGINS: `https://www.example.org,${article.origin}` } });
    context = await browser().newContext();
    tabs = await Promise.all(Array.from({ length: width }, () => openWatchedTab(context)));
    await inParallel(told, 8, async (number) => {
      const gift = await giveOnce(stand, fieldsOf(number));
      stories.push({ number, gift });
      await pay(stand, gift, { email: `reader-${number}@example.com`, name: text(number + 7) });
    });
    await stand.settle();
  }, patienceMs);
  afterAll(async () => {
    await context?.close();
    await stand?.close();
    article?.server.close();
  });

  test('would be noticed if they ran', async () => {
    const tab = await openWatchedTab(context);
    for (const payload of [text(0), text(15), text(26), text(50)]) {
      const html = `<p><a href="${escapeHtml(payload)}">x</a>${payload}</p>`;
      await expect(tab.visit('http://careless.example/', { html })).rejects.toThrow();
    }
    await tab.page.close();
  });

  test('do not run on any page', { timeout: patienceMs }, async () => {
    expect(scripts.length).toBeGreaterThanOrEqual(60);
    await inTabs(async ({ visit }, { number, gift }) => {
      const { article, campaign, name } = fieldsOf(number) as { article: Record<string, string>; campaign: string; name: string };
      const fields = { article: article.url!, article_title: text(number), section: text(number + 2), campaign, currency: name };
      const wrong = { ...fields, interval: text(number), amount_once: 'own', own_amount: text(number), proof: text(number) };
      const path = ['', 'thanks/', 'stop/', 'newsletter/confirm/', 'problems/', 'v1/exports/'][(number >> 2) % 6];
      const visits = [
        () => visit(`${stand.url}/thanks/${gift.id}`),
        () => visit(`${stand.url}/donate?${new URLSearchParams({ ...fields, gift: text(number), attempt: text(number) })}`),
        () => visit(`${stand.url}/donate`, { post: new URLSearchParams(wrong).toString() }),
        () => visit(`${stand.url}/${path}${encodeURIComponent(text(number))}?locale=${encodeURIComponent(text(number))}`),
      ];
      for (const go of visits) {
        await go();
      }
    });
  });

  test('do not run in any mail', { timeout: patienceMs }, async () => {
    const { body: link } = await startAndConfirm();
    expect(link).toContain('/newsletter/confirm/');
    const mails = await stand.mails();
    expect(mails.length).toBeGreaterThan(told.length);
    expect(mails.every(({ html }) => html.length > 100)).toBe(true);
    const tab = tabs[0]!;
    for (const { html } of mails) {
      await tab.visit('http://mail.example/', { html });
    }
    await tab.visit(link);
    await tab.visit(link, { post: '' });
    const stop = /http:\/\/\S+\/stop\/\S+/.exec(mails.map((mail) => mail.text).join('\n'))![0];
    await tab.visit(stop);
  });

  /** A recurring gift and a sign-up, for the letters that only they bring. */
  async function startAndConfirm(): Promise<{ body: string }> {
    const gift = await giveRegularly(stand, { ...fieldsOf(20), interval: 'month', newsletter: 'weekly' });
    await pay(stand, gift, { email: 'regular@example.com', name: text(16) });
    const article = { url: `https://www.example.org/?${text(9)}` };
    await ask(stand, 'POST', '/v1/newsletter-signups', {
      email: 'letters@example.com',
      frequency: 'daily',
      offers: true,
      article,
    });
    await stand.settle();
    const [mail] = await stand.mails('letters@example.com');
    return { body: /http:\/\/\S+\/newsletter\/confirm\/\S+/.exec(mail!.text)![0] };
  }

  test('do not run in the widget, whatever the page and the newsroom say', { timeout: patienceMs }, async () => {
    const tab = tabs[0]!;
    const asks = scripts.map((_, number) => {
      const attributes = {
        'article-title': number,
        'article-id': number + 1,
        section: number + 2,
        campaign: number + 3,
        placement: number + 4,
      };
      return `<gratis-ask ${Object.entries(attributes)
        .map(([name, which]) => `${name}="${escapeHtml(text(which))}"`)
        .join(' ')}></gratis-ask>`;
    });
    const html = `<!doctype html><title>Article</title><script type="module" src="${stand.url}/widget.js"></script>${asks.join('')}`;
    article.html = html;
    await tab.visit(article.origin);
    const yes = tab.page.getByRole('button', { name: 'Yes', exact: true });
    await yes.nth(scripts.length - 1).waitFor();
    await tab.page.getByRole('button', { name: 'No', exact: true }).first().click();
    await tab.page.getByText('Other articles').or(tab.page.getByRole('list')).first().waitFor();
    await yes.first().click();
    await tab.page.getByRole('button', { name: /^Give/ }).first().waitFor();
    await tab.check('the widget');
  });

  test('stand in the export as they were typed, and no cell is a formula', async () => {
    const rows = await exportRows(stand, 'donations');
    for (const { number, gift } of stories) {
      const row = rows.find(({ donation_id }) => donation_id === gift.id)!;
      expect(row.article_title).toBe(guarded(text(number).trim()));
      expect(row.campaign).toBe(guarded(text(number + 3).trim()));
      expect(row.donor_name).toBe(guarded(text(number + 6).trim()));
    }
    const cells = rows.flatMap((row) => Object.entries(row));
    const isNumber = /^-?\d+(\.\d+)?$/;
    expect(cells.filter(([, cell]) => /^[=+\-@\t\r]/.test(cell) && !isNumber.test(cell))).toEqual([]);
  });

  test.each(scripts.slice(0, 16).map((payload) => `${payload}@example.com`))('are no e-mail address: %j', async (email) => {
    const answer = await ask(stand, 'POST', '/v1/donations', { amount: 750, currency: 'eur', email });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('json');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

/** What a spreadsheet would run gets an apostrophe before it. */
function guarded(typed: string): string {
  return /^[=+\-@\t\r]/.test(typed) ? `'${typed}` : typed;
}
