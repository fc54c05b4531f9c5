import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readExportRequest } from '../../src/exports/export-parameters.ts';
import { type ExportStart, runExport } from '../../src/exports/run-export.ts';
import { eventually } from '../support/eventually.ts';
import { addManyGifts, type ExportDesk, newsroomZone, openExportDesk } from '../support/exports.ts';

const many = 50_000;

/** A reader that takes nothing more in the midst of the file, until it is told to go on. */
function hesitantReader() {
  let goOn: (() => void) | undefined;
  const chunks: Buffer[] = [];
  let isHesitant = true;
  let taken = 0;
  const target = new Writable({
    highWaterMark: 1,
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk)); // its memory is used again
      taken += chunk.length;
      if (isHesitant && taken > 4_000_000) goOn = done;
      else done();
    },
  });
  return {
    target,
    chunks,
    goOn() {
      isHesitant = false;
      goOn?.();
    },
  };
}

describe('running an export', () => {
  let desk: ExportDesk;
  beforeAll(async () => {
    desk = await openExportDesk();
    await addManyGifts(desk.database, many);
  });
  afterAll(() => desk.close());

  const request = (report = 'donations', given = {}) => readExportRequest(report, given, newsroomZone);
  const runOf = async (id: string) =>
    (await desk.database.db.selectFrom('export_runs').selectAll().where('id', '=', id).executeTakeFirst())!;
  /** What the export connections are waiting for. */
  const waitsOf = async () => {
    const query =
      "select state, wait_event from pg_stat_activity where datname = current_database() and application_name = 'gratis-export'";
    return (await desk.database.pool.query(query)).rows as { state: string; wait_event: string }[];
  };
  const untilPostgresWaits = () =>
    eventually(async () => {
      if (!(await waitsOf()).some((each) => each.wait_event === 'ClientWrite'))
        throw new Error('Postgres still has somewhere to write');
    });
  const untilConnectionsAreFree = () =>
    eventually(async () => {
      if ((await waitsOf()).some((each) => each.state !== 'idle')) throw new Error('an export connection is still busy');
    });

  test('keeps rows, bytes, hash and totals of exactly what was sent', async () => {
    const { text, rows, result } = await desk.ask('donations', { before: '2026-01-03' });
    const run = await runOf(result.runId);
    expect(rows).toHaveLength(Number(result.rows));
    expect(run).toMatchObject({
      ...{
        report: 'donations',
        format: 'csv',
        asked_by: 'test',
        differences: 0,
        failed_at: null,
        row_count: BigInt(rows.length),
      },
      byte_count: BigInt(Buffer.byteLength(text)),
      sha256: createHash('sha256').update(text).digest('hex'),
      filters: { before: '2026-01-03', basis: 'paid', tz: newsroomZone },
    });
    const sum = rows.reduce((total, row) => total + Math.round(Number(row.amount) * 100), 0);
    expect(run.totals).toEqual([
      expect.objectContaining({ currency: 'eur', settlement_currency: 'eur', count: rows.length, amount: sum }),
    ]);
    expect(run.finished_at).toBeInstanceOf(Date);
  });

  test('takes from Postgres only as much as its reader takes', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const reader = hesitantReader();
    const running = runExport(desk.services, request(), 'test', { open: () => reader.target });
    await untilPostgresWaits();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(12_000_000); // four are the reader's own
    reader.goOn();
    const { bytes, rows } = await running;
    expect(rows).toBe(BigInt(many));
    expect(bytes).toBeGreaterThan(20_000_000n);
  });

  test('shows the books of one moment, whatever is written meanwhile', async () => {
    const reader = hesitantReader();
    const running = runExport(desk.services, request('donations', { basis: 'created' }), 'test', { open: () => reader.target });
    await untilPostgresWaits();
    await desk.books.gift({ createdAt: '2027-12-31T00:00:00Z', paidAt: '2027-12-31T00:00:00Z' });
    await desk.database.pool.query("update donations set campaign = 'later', refunded_minor = 1 where id like 'don_many%9'");
    reader.goOn();
    const { rows, totals } = await running;
    const text = Buffer.concat(reader.chunks).toString();
    expect(rows).toBe(totals.reduce((sum, { count }) => sum + (count as bigint), 0n));
    expect(text).not.toMatch(/,later,/);
    expect(text).not.toContain('2027-12-31');
  });

  test('lets a reader go that takes nothing for too long, and says so in its run', async () => {
    const reader = hesitantReader();
    let runId = '';
    const open = (start: ExportStart) => {
      runId = start.runId;
      return reader.target;
    };
    await expect(runExport(desk.services, request(), 'test', { open, patienceSeconds: 0.2 })).rejects.toThrow(/stopped reading/);
    expect(await runOf(runId)).toMatchObject({ failed_at: expect.any(Date), finished_at: null, sha256: null });
    await untilConnectionsAreFree();
  });

  test('lets a reader go that closes, and its connection with it', async () => {
    const reader = hesitantReader();
    const running = runExport(desk.services, request(), 'test', { open: () => reader.target });
    const outcome = expect(running).rejects.toThrow(/reader has gone/);
    await untilPostgresWaits();
    reader.target.destroy();
    await outcome;
    await untilConnectionsAreFree();
    expect((await desk.ask('donations', { before: '2026-01-02' })).rows.length).toBeGreaterThan(0);
  });

  test('says what it knows before the first byte, and how far it is', async () => {
    const told: (number | string)[] = [];
    const target = new Writable({ write: (_chunk, _encoding, done) => done() });
    await runExport(desk.services, request('donations', { before: '2026-01-02' }), 'test', {
      open(start) {
        told.push(start.runId.slice(0, 4), start.differences);
        return target;
      },
      onProgress: (rows) => told.push(rows),
    });
    const expected = (await desk.ask('donations', { before: '2026-01-02' })).rows.length;
    expect(told.slice(0, 2)).toEqual(['exp_', 0]);
    expect(told.at(-1)).toBe(expected);
  });

  test('never refuses for differences, and carries how many stand', async () => {
    const insert = "insert into discrepancies (kind, object_id, detail, resolved_at) values ($1, $2, 'amount differs', $3)";
    await desk.database.pool.query(insert, ['charge', 'ch_1', null]);
    await desk.database.pool.query(insert, ['charge', 'ch_2', new Date()]);
    const { result } = await desk.ask('ledger');
    expect(result.differences).toBe(1);
    expect(await runOf(result.runId)).toMatchObject({ differences: 1 });
  });

  test('writes nothing and keeps no run open where the database fails', async () => {
    const open = () => expect.unreachable('no byte was there');
    await desk.database.pool.query('alter table signups rename to elsewhere');
    await expect(runExport(desk.services, request('signups'), 'test', { open })).rejects.toThrow(/signups/);
    await desk.database.pool.query('alter table elsewhere rename to signups');
    const stillRunning = await desk.database.pool.query(
      'select from export_runs where finished_at is null and failed_at is null',
    );
    expect(stillRunning.rowCount).toBe(0);
    expect((await desk.ask('signups')).rows).toEqual([]);
  });
});
