import fs from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

const quietly = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Path of a Chromium on this machine: what CHROMIUM names, else one in the usual places. */
export function findChromium(): string | undefined {
  return [process.env.CHROMIUM, ...usualPlaces].find((place) => place && fs.existsSync(place));
}

/** Starts a headless Chromium of its own; whoever opens it closes it. Throws where none is found. */
export function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) {
    throw new Error('No Chromium was found: set CHROMIUM to the path of one');
  }
  return chromium.launch({ executablePath, args: quietly });
}

/**
 * A `describe` whose tests share one browser, to be asked for inside of them; whatever they opened in it is closed after them. Where there is no Chromium
 * they are skipped, or fail under REQUIRE_BROWSER=1. What is seen on a screen depends on when a busy machine paints: each gets a second
 * look, and the report says so. Nothing else is tried twice.
 */
export function describeBrowser(name: string, tests: (browser: () => Browser) => void): void {
  const found = findChromium() !== undefined;
  if (!found && process.env.REQUIRE_BROWSER === '1') {
    describe(name, () => {
      test('finds the Chromium that REQUIRE_BROWSER=1 demands', () => {
        throw new Error('No Chromium was found: install one, or set CHROMIUM to its path');
      });
    });
    return;
  }
  describe.skipIf(!found)(name, () => {
    let browser: Browser;
    beforeAll(async () => {
      shared ??= openBrowser();
      browser = await shared;
    });
    afterAll(() => Promise.all(browser.contexts().map((context) => context.close())));
    tests(() => browser);
  });
}

/** One for all files that a worker goes through; it ends with the worker. */
let shared: Promise<Browser> | undefined;
