import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isWithin } from './measure.ts';
import type { Outcome } from './report.ts';

describe('the bench', () => {
  test('measures all that it names, within generous limits, in a short round', { timeout: 240_000 }, async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'gratis-bench-'));
    const file = path.join(folder, 'bench.json');
    try {
      const child = spawn(process.execPath, ['test/bench/main.ts', '--short', '--out', file], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr.on('data', (chunk) => {
        said += chunk;
      });
      const [code] = await once(child, 'close');
      expect(code, said).toBe(0);
      const { outcomes } = JSON.parse(readFileSync(file, 'utf8')) as { outcomes: Outcome[] };
      const names = ['acceptance', 'creation', 'export', 'backlog', 'growth', 'start', 'widget'];
      expect(outcomes.map(({ name }) => name)).toEqual(names);
      expect(outcomes.every(({ figures }) => figures.length > 0)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('tells a limit that is kept from one that is missed', () => {
    const figure = { what: 'rate', value: 0.39, unit: '×' };
    expect(isWithin({ ...figure, limit: { least: 0.4 } })).toBe(false);
    expect(isWithin({ ...figure, limit: { least: 0.39 } })).toBe(true);
    expect(isWithin({ ...figure, limit: { most: 0.38 } })).toBe(false);
    expect(isWithin(figure)).toBe(true);
    expect(isWithin({ ...figure, value: Number.NaN, limit: { most: 1 } })).toBe(false);
  });
});
