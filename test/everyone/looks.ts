import axe from 'axe-core';
import type { Page } from 'playwright-core';

type Axe = typeof axe;

/** What axe-core finds on the whole page, or in the parts a selector names; with `onlyColours` only whether words can be told from what is behind them. */
export async function axeFindings(page: Page, options: { within?: string; onlyColours?: boolean } = {}): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) {
    await page.evaluate(axe.source);
  }
  return page.evaluate(async ({ within, onlyColours }) => {
    const rules = onlyColours ? { runOnly: { type: 'rule' as const, values: ['color-contrast', 'link-in-text-block'] } } : {};
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run(within ?? document, {
      ...rules,
      resultTypes: ['violations'],
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 120)} ${failureSummary}`),
    );
  }, options);
}

/**
 * What cannot be read or reached as it stands: sideways scrolling, words outside of the window or of their box, words over words,
 * and anything that is pinned to the window. Where there is a widget, in the widget alone.
 */
export function lostWords(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    const found: string[] = root.scrollWidth > root.clientWidth ? [`the page is ${root.scrollWidth} px wide`] : [];
    const all = (document.querySelector('gratis-ask')?.shadowRoot ?? document).querySelectorAll<HTMLElement>('*');
    const lines: { element: Element; text: string; rect: DOMRect }[] = [];
    for (const element of all) {
      const style = getComputedStyle(element);
      const isShown =
        element.checkVisibility({ visibilityProperty: true }) &&
        !(style.clipPath.startsWith('inset(50') || element.closest('noscript'));
      if (!isShown) continue;
      if (['fixed', 'sticky'].includes(style.position)) found.push(`pinned: ${element.outerHTML.slice(0, 80)}`);
      const isBox = style.borderTopWidth !== '0px' || style.overflowX !== 'visible';
      if (isBox && style.display !== 'inline' && element.tagName !== 'INPUT' && element.tagName !== 'SELECT') {
        const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
        if (scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1)
          found.push(`out of its box: ${element.outerHTML.slice(0, 80)}`);
      }
      for (const node of element.childNodes) {
        if (!(node instanceof Text) || !node.data.trim()) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const rect of range.getClientRects()) {
          if (rect.width > 1 && rect.height > 1) lines.push({ element, text: node.data.trim(), rect });
        }
      }
    }
    for (const { rect, text } of lines) {
      if (rect.left < -1 || rect.right > root.clientWidth + 1) found.push(`out of the window: ${text}`);
    }
    lines.forEach((one, index) => {
      for (const other of lines.slice(index + 1)) {
        const wide = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
        const high = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
        if (wide > 3 && high > 6 && one.element !== other.element) found.push(`over each other: ${one.text} | ${other.text}`);
      }
    });
    return found;
  });
}

/** Spreads all text as WCAG 1.4.12 allows a reader to, also in the widget, and takes it back after `look`. */
export async function whileTextIsSpread<Seen>(page: Page, look: () => Promise<Seen>): Promise<Seen> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
       p { margin-block-end: 2em !important }`,
    );
    for (const tree of [document, ...[...document.querySelectorAll('*')].flatMap((element) => element.shadowRoot ?? [])]) {
      tree.adoptedStyleSheets = [...tree.adoptedStyleSheets, sheet];
    }
  });
  const seen = await look();
  await page.evaluate(() => {
    for (const tree of [document, ...[...document.querySelectorAll('*')].flatMap((element) => element.shadowRoot ?? [])]) {
      tree.adoptedStyleSheets = tree.adoptedStyleSheets.slice(0, -1);
    }
  });
  return seen;
}

/** Whatever can be pressed and is smaller than 24 by 24 px (WCAG 2.5.8); a link within a sentence may be, and a label counts with its control. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const trees = [document, ...[...document.querySelectorAll('*')].flatMap((element) => element.shadowRoot ?? [])];
    const targets = trees.flatMap((tree) => [
      ...tree.querySelectorAll<HTMLElement>('a[href], button, select, input:not([type=hidden])'),
    ]);
    const isOurs = (element: Element) => element.getRootNode() instanceof ShadowRoot || !document.querySelector('gratis-ask');
    return targets
      .filter(
        (element) => isOurs(element) && element.checkVisibility() && !getComputedStyle(element).clipPath.startsWith('inset'),
      )
      .filter((element) => !(element.tagName === 'A' && element.closest('p') && getComputedStyle(element).display === 'inline'))
      .map((element) => ({ element, rect: (element.closest('label') ?? element).getBoundingClientRect() }))
      .filter(({ rect }) => rect.width < 24 || rect.height < 24)
      .map(({ element, rect }) => `${Math.round(rect.width)} x ${Math.round(rect.height)}: ${element.outerHTML.slice(0, 100)}`);
  });
}
