import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, utimesSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const built = (name: string) => fileURLToPath(new URL(`dist/${name}`, root));
const buildIfStale = () => execFileSync(process.execPath, [fileURLToPath(new URL('scripts/build.mjs', root)), '--if-stale']);

describe('the built browser code', () => {
  beforeAll(() => {
    buildIfStale();
  });

  test('the widget is one small module that a strict policy lets run', () => {
    const script = readFileSync(built('widget.js'), 'utf8');
    expect(gzipSync(script).length).toBeLessThanOrEqual(10_000);
    expect(script).not.toMatch(/\bimport\s*[({'"`]|\bfrom\s*['"`]|\beval\(|new Function|innerHTML|localStorage|document\.cookie/);
  });

  test('the pages ask for nothing else', () => {
    expect(readFileSync(built('pages.css'), 'utf8')).not.toMatch(/@import|url\(/);
    expect(readFileSync(built('pages.js'), 'utf8')).not.toMatch(/\bimport\s*[({'"`]/);
  });

  test('is built again when it is older than its sources, and only then', () => {
    const widget = built('widget.js');
    const before = statSync(widget).mtimeMs;
    buildIfStale();
    expect(statSync(widget).mtimeMs).toBe(before);
    utimesSync(widget, 0, 0);
    buildIfStale();
    expect(statSync(widget).mtimeMs).toBeGreaterThanOrEqual(before);
  });
});
