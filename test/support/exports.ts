import { Writable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { createPool } from '../../src/db/database.ts';
import { readExportRequest } from '../../src/exports/export-parameters.ts';
import { type ExportResult, runExport } from '../../src/exports/run-export.ts';
import { newId } from '../../src/id.ts';
import { silentLog } from '../../src/log.ts';
import { silentMetrics } from '../../src/metrics.ts';
import { keepBooks } from './books.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';

/** A database with books, and what asks it for reports. */
export type ExportDesk = {
  database: TestDatabase;
  books: ReturnType<typeof keepBooks>;
  services: Parameters<typeof runExport>[0];
  /** A report as text, parsed by column, and its result. */
  ask(
    report: string,
    parameters?: Record<string, string>,
  ): Promise<{ text: string; rows: Record<string, string>[]; result: ExportResult }>;
  close(): Promise<void>;
};

export const newsroomZone = 'Europe/Berlin';

export async function openExportDesk(): Promise<ExportDesk> {
  const database = await openTestDatabase();
  const exportPool = createPool(database.url, { name: 'export', max: 2 });
  const services = {
    db: database.db,
    exportPool,
    clock: { now: () => new Date() },
    newId,
    metrics: silentMetrics,
    log: silentLog,
  };
  return {
    database,
    books: keepBooks(database.db),
    services,
    async ask(report, parameters = {}) {
      const { target, text: collected } = collector();
      const request = readExportRequest(report, parameters, newsroomZone);
      const result = await runExport(services, request, 'test', { open: () => target });
      const text = collected();
      return { text, rows: parse(text, { columns: true, record_delimiter: '\r\n' }), result };
    },
    async close() {
      await exportPool.end();
      await database.close();
    },
  };
}

/** A reader that keeps what it gets. */
export function collector() {
  const chunks: Buffer[] = [];
  const target = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk)); // its memory is used again
      done();
    },
  });
  return { target, text: () => Buffer.concat(chunks).toString() };
}

/** Adds many plain gifts at once, a minute apart, without journals. */
export async function addManyGifts(database: TestDatabase, count: number): Promise<void> {
  await database.pool.query(
    `insert into donations (id, kind, status, currency, amount_minor, created_at, paid_at, stripe_payment_intent_id, stripe_charge_id,
       stripe_balance_transaction_id, settlement_currency, gross_minor, fee_minor, net_minor, available_on, article_url, article_title)
     select 'don_many' || n, 'one-time', 'succeeded', 'eur', 500 + n, at, at, 'pi_many' || n, 'ch_many' || n, 'txn_many' || n, 'eur', 500 + n, 33, 467 + n,
       at + interval '2 days', 'https://www.example.org/articles/' || n % 100, repeat('A long title, "quoted" ', 12) || n
     from generate_series(1, $1) n, lateral (select timestamptz '2026-01-01 00:00Z' + n * interval '1 minute') as times (at)`,
    [count],
  );
}
