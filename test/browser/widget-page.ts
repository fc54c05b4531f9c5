import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { StandIn } from './widget-stand-in.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** An article open in a browser, with what it complained about. */
export interface ArticlePage {
  readonly page: Page;
  /** Console errors, refused by a content policy or thrown. An answer of 4xx or 5xx that the browser notes is none. */
  readonly complaints: string[];
  /** Origins that were asked for anything. */
  readonly origins: Set<string>;
}

/** Opens the stand-in's article and waits until the widget asks its question. */
export async function openArticle(
  browser: Browser,
  standIn: StandIn,
  options: { width?: number; colorScheme?: 'light' | 'dark'; attributes?: string } = {},
): Promise<ArticlePage> {
  const { width = 390, colorScheme = 'light', attributes = '' } = options;
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const complaints: string[] = [];
  const origins = new Set<string>();
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text());
    }
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  await page.addInitScript(watchShifts);
  await page.goto(`${standIn.site}/?attributes=${encodeURIComponent(attributes)}`);
  await page.locator('gratis-ask .answers').waitFor();
  return { page, complaints, origins };
}

type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean };
type Watched = { shifts: Shift[]; shiftObserver: PerformanceObserver };

/** Runs in the page before anything else of it, and keeps what moves. */
function watchShifts(): void {
  const watched = globalThis as unknown as Watched;
  watched.shifts = [];
  watched.shiftObserver = new PerformanceObserver((list) => watched.shifts.push(...(list.getEntries() as Shift[])));
  watched.shiftObserver.observe({ type: 'layout-shift', buffered: true });
}

/** The layout-shift score up to the second frame from now, of what moved without the reader having done anything. */
export function shiftWithoutInput(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { shifts, shiftObserver } = globalThis as unknown as Watched;
    await new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame)));
    const all = [...shifts, ...(shiftObserver.takeRecords() as Shift[])];
    return all.reduce((sum, shift) => sum + (shift.hadRecentInput ? 0 : shift.value), 0);
  });
}

/** What the focus is on: the text of an element, or the name and value of a control. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) {
      element = element.shadowRoot.activeElement;
    }
    return element instanceof HTMLInputElement ? `${element.name} ${element.value}` : (element?.textContent ?? '');
  });
}

/** Presses Tab until the focus is on what is named as `focused` says it. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 30; presses += 1) {
    await page.keyboard.press('Tab');
    passed.push(await focused(page));
    if (passed.at(-1)?.includes(name)) {
      return;
    }
  }
  throw new Error(`Tab never reached ${name}, only ${passed.join(' | ')}`);
}

/** Expects axe to find nothing, and nothing to be scrolled sideways for. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run('gratis-ask');
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`));
  });
  expect(found).toEqual([]);
  await expectNoSidewaysScroll(page);
}

/** Expects that nothing, the widget's inner parts included, is wider than the window. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const inside = document.querySelector('gratis-ask')?.shadowRoot?.querySelectorAll('*') ?? [];
    const sheet = document.querySelector('gratis-ask')?.getBoundingClientRect();
    const out = [...inside].filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 1 && sheet && (left < sheet.left - 1 || right > sheet.right + 1);
    });
    const page = document.documentElement;
    return [
      ...out.map((element) => element.outerHTML.slice(0, 90)),
      ...(page.scrollWidth > page.clientWidth ? ['the page'] : []),
    ];
  });
  expect(wide).toEqual([]);
}
