import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { startSite } from '../../../src/sandbox/site.ts';
import { findChromium, openBrowser } from '../../support/browser.ts';
import { type Figure, limitOf, type Measure } from '../measure.ts';
import { startServer } from '../process.ts';
import { median } from '../rounds.ts';
import { serviceSettings } from '../settings.ts';

const slowdown = 4;

/** What the widget costs the article that it stands in, on a CPU that is slowed down four times. */
export const widget: Measure = {
  name: 'widget',
  title: `The widget in an article, on a CPU ${slowdown}× slower`,
  async run(bench) {
    const bytes = gzipSync(readFileSync(new URL('../../../dist/widget.js', import.meta.url)), { level: 9 }).length;
    const size: Figure = { what: 'compressed', value: bytes / 1000, unit: 'kB', limit: { most: 10 } };
    if (bench.short || !findChromium()) {
      bench.note('widget: its time is not measured in a short run, or where there is no Chromium');
      return [size];
    }
    const site = await startSite({ serviceUrl: 'http://127.0.0.1:3999' });
    const settings = { DATABASE_URL: await bench.ground.emptyDatabase(), SITE_ORIGINS: new URL(site.url).origin };
    const service = await startServer('servers/service.ts', serviceSettings(settings));
    const browser = await openBrowser();
    try {
      const taken = { with: [] as Visit[], without: [] as Visit[] };
      for (let round = -1; round < 5; round += 1) {
        for (const kind of ['with', 'without'] as const) {
          const visit = await readArticle(browser, site.articles[0]!.url, kind === 'with' ? service.url : undefined);
          if (round >= 0) taken[kind].push(visit);
        }
      }
      const of = (kind: 'with' | 'without', pick: (visit: Visit) => number) => median(taken[kind].map(pick));
      const busy = of('with', ({ scriptMs }) => scriptMs) - of('without', ({ scriptMs }) => scriptMs);
      return [
        size,
        { what: 'script on the main thread', value: busy, unit: 'ms', limit: limitOf(bench, { most: 50 }) },
        { what: 'the article’s load with it', value: of('with', ({ loadMs }) => loadMs), unit: 'ms' },
        { what: 'the article’s load without it', value: of('without', ({ loadMs }) => loadMs), unit: 'ms' },
      ];
    } finally {
      await browser.close();
      await service.stop();
      await site.close();
    }
  },
};

type Visit = { scriptMs: number; loadMs: number };

/** Opens an article anew; what it asks of the service is led to `serviceUrl`, or to nowhere. */
async function readArticle(browser: Browser, url: string, serviceUrl: string | undefined): Promise<Visit> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.route('http://127.0.0.1:3999/**', async (route) => {
      if (!serviceUrl) return route.abort();
      const response = await route.fetch({ url: route.request().url().replace('http://127.0.0.1:3999', serviceUrl) });
      return route.fulfill({ response });
    });
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    await session.send('Performance.enable');
    await page.goto(url, { waitUntil: 'load' });
    const loadMs = await page.evaluate(() => {
      const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      return entry!.loadEventStart;
    });
    if (serviceUrl) await page.locator('gratis-ask').getByRole('button').first().waitFor();
    const { metrics } = await session.send('Performance.getMetrics');
    return { loadMs, scriptMs: 1000 * metrics.find(({ name }) => name === 'ScriptDuration')!.value };
  } finally {
    await context.close();
  }
}
