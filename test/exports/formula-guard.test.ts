import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toCurrency } from '../../src/currency.ts';
import { money, toDecimal } from '../../src/money.ts';
import { type ExportDesk, openExportDesk } from '../support/exports.ts';

/** What people type, with a liking for what a spreadsheet would run. */
const typed = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc
    .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', ' ', "'"), fc.string({ maxLength: 20 }))
    .map(([first, rest]) => first + rest),
  fc.constantFrom('=HYPERLINK("http://a","b")', '-2+3', '@SUM(A1)', '\r\n=1', '"quoted"', 'a,b;c', '\\N', '\\.', ''),
);
const words = typed.map((text) => text.replaceAll('\0', ''));

describe('text cells', () => {
  let desk: ExportDesk;
  beforeAll(async () => {
    desk = await openExportDesk();
  });
  afterAll(() => desk.close());

  test('come back as they were typed, but for an apostrophe before what would be a formula', async () => {
    let campaign = 0;
    const story = fc.record({ name: words, email: words, url: words, id: words, title: words, section: words, placement: words });
    await fc.assert(
      fc.asyncProperty(story, async ({ name, email, url, id, title, section, placement }) => {
        campaign += 1;
        await desk.books.gift({
          campaign: `c${campaign}`,
          donor: { name, email },
          article: { url, id, title },
          section,
          placement,
        });
        const { rows } = await desk.ask('donations', { campaign: `c${campaign}` });
        expect(rows).toHaveLength(1);
        const { donor_name, donor_email, article_url, article_id, article_title } = rows[0]!;
        const shown = [donor_name, donor_email, article_url, article_id, article_title, rows[0]!.section, rows[0]!.placement];
        expect(shown).toEqual([name, email, url, id, title, section, placement].map(guarded));
      }),
      { numRuns: 60 },
    );
  });

  test('of a campaign are guarded as well', async () => {
    await desk.books.gift({ campaign: '=1+1' });
    const { rows } = await desk.ask('donations', { campaign: '=1+1' });
    expect(rows[0]?.campaign).toBe("'=1+1");
  });

  test('do not make a negative amount into text', async () => {
    await desk.books.gift({ campaign: 'loss', amount: 7n, settled: { currency: 'eur', gross: 7n, fee: 32n } });
    const { text } = await desk.ask('donations', { campaign: 'loss' });
    expect(text).toContain(',-0.25,');
  });
});

test('amounts are written in SQL as the service writes them, however large', async () => {
  const desk = await openExportDesk();
  try {
    const amount = fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n });
    await fc.assert(
      fc.asyncProperty(amount, fc.constantFrom('eur', 'jpy', 'bhd', 'isk', 'huf', 'ugx', 'clp', 'kwd'), async (minor, code) => {
        const { rows } = await desk.database.pool.query('select format_minor($1, $2) as text', [minor.toString(), code]);
        expect(rows[0].text).toBe(toDecimal(money(minor, toCurrency(code))));
      }),
      { numRuns: 200 },
    );
  } finally {
    await desk.close();
  }
});

function guarded(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
