import type { Page } from 'playwright-core';

/** Sends an empty form there from a page of the service's own. */
export async function submitTo(page: Page, address: string): Promise<void> {
  await page.goto(`${new URL(address).origin}/nothing-here`);
  const loaded = page.waitForEvent('load');
  await page.evaluate((action) => {
    const form = Object.assign(document.createElement('form'), { method: 'post', action });
    document.body.append(form);
    form.submit();
  }, address);
  await loaded;
}
