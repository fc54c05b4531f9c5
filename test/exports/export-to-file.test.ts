import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { exportCommand, readExportCommand } from '../../src/exports/export-command.ts';
import type { Services } from '../../src/services.ts';
import { type ExportDesk, openExportDesk } from '../support/exports.ts';
import { testConfig } from '../support/settings.ts';

describe('npm run export', () => {
  let desk: ExportDesk;
  let services: Services;
  let folder: string;
  let file: string;
  beforeAll(async () => {
    desk = await openExportDesk();
    services = { ...desk.services, config: testConfig() } as unknown as Services;
    folder = mkdtempSync(path.join(os.tmpdir(), 'gratis-export-'));
    file = path.join(folder, 'books.csv');
    await desk.books.gift({ paidAt: '2026-04-10T10:00:00Z', amount: 2500n });
    await desk.books.gift({ paidAt: '2026-05-10T10:00:00Z' });
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await desk.close();
  });

  const run = async (...argv: string[]) => {
    const said = vi.spyOn(console, 'log').mockReturnValue();
    await exportCommand(services, readExportCommand(argv)!);
    return said.mock.calls.flat().join('\n');
  };

  test('writes the same file as the service, and tells its run, rows, totals and hash', async () => {
    const said = await run('donations', '--from', '2026-04-01', '--before', '2026-05-01', '--format', 'csv', '--out', file);
    const { text } = await desk.ask('donations', { from: '2026-04-01', before: '2026-05-01' });
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(said).toContain('1 rows');
    expect(said).toMatch(/exp_[0-9a-f]{32}/);
    expect(said).toContain(createHash('sha256').update(text).digest('hex'));
    expect(said).toContain('0 differences stand');
    expect(said).toContain('eur settled in eur, count 1, amount 25.00, gross 25.00, fee 1.25, net 23.75, refunded 0.00');
  });

  test('tells what it takes before it needs anything of its surroundings', () => {
    const said = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(readExportCommand(['--help'])).toBeUndefined();
    expect(said.mock.calls.flat().join('')).toContain('donations, ledger');
  });

  test('takes positions of the journal with dashes', async () => {
    const said = await run('ledger', '--as-of', '1', '--out', file);
    expect(readFileSync(file, 'utf8').split('\r\n')).toHaveLength(3 + 2);
    expect(said).toContain('account stripe_balance, debit 23.75, credit 0.00, balance 23.75');
  });

  test('says what is wrong, in the words of its options, and writes nothing', async () => {
    rmSync(file, { force: true });
    const { rows: runs } = await desk.database.pool.query('select count(*)::int as runs from export_runs');
    await expect(run('donations', '--from', 'may', '--as-of', '5', '--out', file)).rejects.toThrow(
      '--from must be a day such as 2026-01-31',
    );
    await expect(run('nothing', '--out', file)).rejects.toThrow(
      /There is no such report. There are donations, ledger, trial-balance, .*signups/,
    );
    expect(existsSync(file)).toBe(false);
    const missing = path.join(folder, 'some', 'missing');
    await expect(run('donations', '--out', path.join(missing, 'x.csv'))).rejects.toThrow(`--out: there is no folder ${missing}`);
    await expect(run('donations', '--out', folder)).rejects.toThrow(`--out: ${folder} is a folder, not a file`);
    expect((await desk.database.pool.query('select count(*)::int as runs from export_runs')).rows).toEqual(runs);
  });

  test('leaves the old file alone where the export fails', async () => {
    await run('donations', '--out', file);
    const before = readFileSync(file);
    await desk.database.pool.query('alter table receipts rename to elsewhere');
    await expect(run('donations', '--out', file)).rejects.toThrow(/receipts/);
    await desk.database.pool.query('alter table elsewhere rename to receipts');
    expect(readFileSync(file)).toEqual(before);
    expect(existsSync(`${file}.part`)).toBe(false);
  });
});
