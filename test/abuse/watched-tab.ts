import type { BrowserContext, Page } from 'playwright-core';
import { mark } from './payloads.ts';

/** A tab that notices whatever runs, or tries to, that is not ours. */
export type WatchedTab = {
  page: Page;
  /** Loads an address, or a document as an answer to it; throws where anything of a payload came to life in it. */
  visit(address: string, how?: { post?: string; html?: string }): Promise<void>;
  /** The same question of the document as it is now. */
  check(what: string): Promise<void>;
};

/** Elements that none of our documents has; one of them, or a link to a script, came out of a payload. */
const foreign =
  'img,svg,iframe,object,embed,math,base,video,audio,marquee,details,textarea,template,[onerror],[onload],[onclick],[onfocus],' +
  '[onmouseover],[ontoggle],[formaction],[srcdoc],a[href^="javascript:" i],a[href^="data:" i],a[href^="vbscript:" i],form[action^="javascript:" i]';

/** Opens one; console messages about the content security policy count as an attempt. */
export async function openWatchedTab(context: BrowserContext): Promise<WatchedTab> {
  const page = await context.newPage();
  const seen: string[] = [];
  page.on('dialog', (dialog) => {
    seen.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => seen.push(`an error: ${error.message}`));
  page.on('console', (message) => {
    const isAboutScript = /content security policy|refused to|blocked|violat/i.test(message.text());
    if (isAboutScript || (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))) {
      seen.push(message.text());
    }
  });
  const check = async (what: string) => {
    const found = await page.evaluate(
      ([name, selector]) => {
        const all = (root: ParentNode): Element[] =>
          [...root.querySelectorAll('*')].flatMap((one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
        const alive = all(document).filter(
          (one) => one.matches(selector!) || (one.localName === 'script' && !one.hasAttribute('src')),
        );
        return [...(name! in window ? ['a payload ran'] : []), ...alive.map((one) => one.outerHTML.slice(0, 200))];
      },
      [mark, foreign],
    );
    const troubles = [...seen.splice(0), ...found];
    if (troubles.length > 0) {
      throw new Error(`${what}: ${troubles.join(' | ')}`);
    }
  };
  return {
    page,
    check,
    async visit(address, { post, html } = {}) {
      await page.unrouteAll();
      if (post !== undefined || html !== undefined) {
        await page.route(address, (route) =>
          html === undefined
            ? route.continue({
                method: 'POST',
                postData: post!,
                headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
              })
            : route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }),
        );
      }
      await page.goto(address);
      await check(`${address} ${post ?? ''}`);
    },
  };
}
