import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** What has the focus, as a listener is told it, and whether an eye can find it. */
export type Stop = { said: string; isSeen: boolean };

/** What has the focus now; of a radio that is drawn by the tile beside it, the tile's outline counts. */
export function stopAt(page: Page): Promise<Stop> {
  return page.evaluate(() => {
    let element = document.activeElement as HTMLElement;
    while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement as HTMLElement;
    const input = element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element : undefined;
    const kind = input ? (input instanceof HTMLSelectElement ? 'select' : input.type) : element.tagName.toLowerCase();
    const words = input
      ? [...(input.labels ?? [])].map((label) => (label.querySelector('span') ?? label).textContent).join(' ')
      : element.textContent;
    const drawn = kind === 'radio' && getComputedStyle(element).opacity === '0' ? element.nextElementSibling! : element;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(drawn);
    const isSeen = (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
    const rect = drawn.getBoundingClientRect();
    const isInWindow = rect.bottom > 0 && rect.top < innerHeight && rect.width > 0;
    return { said: `${kind}: ${words?.replace(/[\s\u00a0]+/g, ' ').trim()}`, isSeen: isSeen && isInWindow };
  });
}

/** Presses Tab until the focus is on what is said so; every stop on the way must be seen. Answers the stops, the last one included. */
export async function tabUntil(page: Page, said: string | RegExp): Promise<string[]> {
  const stops: string[] = [];
  while (stops.length < 60) {
    await page.keyboard.press('Tab');
    const stop = await stopAt(page);
    expect(stop, 'can be seen').toMatchObject({ isSeen: true });
    stops.push(stop.said);
    if (typeof said === 'string' ? stop.said === said : said.test(stop.said)) return stops;
  }
  throw new Error(`Tab never came to ${said}, only to ${stops.join(' | ')}`);
}
