import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import type { Piece } from '../db/copied-lines.ts';
import { copyRows } from '../db/copy-rows.ts';
import { fillStatement, type StatementValues } from '../db/fill-statement.ts';
import type { Services } from '../services.ts';
import { clearAway } from './clear-away.ts';
import type { ExportRequest } from './export-parameters.ts';
import { failRun, finishRun, insertRun, type Outcome, type Total } from './export-runs.ts';
import { type FileFormat, fileFormatOf } from './formats.ts';
import { refuseBeyondEnd } from './refuse-beyond-end.ts';
import { readInIndexOrder, type Snapshot, withSnapshot } from './snapshot.ts';
import { writePatiently } from './write-patiently.ts';

/** What is known of an export before its first byte. */
export type ExportStart = {
  readonly runId: string;
  readonly differences: number;
  /** Known where the sink wanted it first. */
  readonly expectedRows: bigint | undefined;
};

export type ExportResult = ExportStart & Outcome & { readonly totals: Total[] };

/** Where an export goes. */
export type ExportSink = {
  /** Called once, when the first bytes are there; answers what they are written to. It is not ended. */
  open(start: ExportStart): Writable;
  /** Sums are made before the rows, so that it is known how many will come; otherwise after them, and the first bytes come sooner. */
  countFirst?: boolean;
  /** Called as records are written, the header not counted. */
  onProgress?(rows: number): void;
  /** After how long without taking anything a reader is let go. */
  patienceSeconds?: number;
};

type Source = Pick<Services, 'db' | 'exportPool' | 'replicaPool' | 'clock' | 'newId' | 'metrics' | 'log'>;

/** As many rows come at once where an index has them in order. */
const early = 5000;

/** It is to be gone within a minute, of which the buffers on the way take some seconds to fill. */
const patienceSeconds = 45;

/**
 * Writes one report, as it is at one moment, to a sink: totals, number of differences and rows are of the same snapshot. The run is
 * written down before the first byte and after the last. Throws where the sink closes early or takes nothing for too long, and where
 * the database fails; the run then says that it failed.
 */
export async function runExport(
  services: Source,
  request: ExportRequest,
  askedBy: string,
  sink: ExportSink,
): Promise<ExportResult> {
  return withSnapshot(services, request.tz, async (snapshot) => {
    await refuseBeyondEnd(snapshot, request);
    const values = toValues(request);
    const sum = async (): Promise<Total[]> => (await snapshot.query(fillStatement(request.report.totals, values))).rows;
    const differences = await countDifferences(snapshot);
    const early = sink.countFirst ? await sum() : undefined;
    const expectedRows = early?.reduce((all, { count }) => all + (count as bigint), 0n);
    const start = { runId: services.newId('exp'), differences, expectedRows };
    await insertRun(services.db, { id: start.runId, request, askedBy, startedAt: services.clock.now(), differences });
    try {
      const select = fillStatement(request.report.rows[request.format]!, values);
      const pieces = readPieces(snapshot, select, fileFormatOf(request.format), isIndexed(request));
      const outcome = await write(pieces, start, sink);
      const totals = early ?? (await sum());
      await finishRun(services.db, start.runId, { ...outcome, totals }, services.clock.now());
      services.metrics.exportEnded(request.report.name, 'finished', outcome.rows);
      return { ...start, ...outcome, totals };
    } catch (error) {
      services.metrics.exportEnded(request.report.name, 'failed', 0n);
      await failRun(services.db, start.runId, services.clock.now()).catch(() => undefined); // the first error is the one to tell
      throw error;
    }
  });
}

/**
 * The file in pieces. Where an index has the rows in order, the first of them are read along it and come at once; all others come as the
 * planner thinks best, which is to join and sort them whole before it gives the first.
 */
async function* readPieces(snapshot: Snapshot, select: string, format: FileFormat, hasIndex: boolean): AsyncGenerator<Piece> {
  if (!hasIndex) {
    yield* copyRows(snapshot, format.copy(select, true), format.lines(true));
    return;
  }
  let rows = 0;
  await readInIndexOrder(snapshot, true);
  for await (const piece of copyRows(snapshot, format.copy(`${select}\nlimit ${early}`, true), format.lines(true))) {
    rows = piece.rows;
    yield piece;
  }
  await readInIndexOrder(snapshot, false);
  if (rows === early) {
    for await (const piece of copyRows(snapshot, format.copy(`${select}\noffset ${early}`, false), format.lines(false))) {
      yield { ...piece, rows: early + piece.rows };
    }
  }
}

async function write(pieces: AsyncGenerator<Piece>, start: ExportStart, sink: ExportSink): Promise<Outcome> {
  const hash = createHash('sha256');
  const passed = clearAway();
  let bytes = 0n;
  let rows = 0;
  let target: Writable | undefined;
  // The sink is opened by the first bytes, so that what fails before them is told as an error and not as an empty file.
  for await (const piece of pieces) {
    target ??= sink.open(start);
    hash.update(piece.bytes);
    bytes += BigInt(piece.bytes.length);
    rows = piece.rows;
    await writePatiently(target, piece.bytes, sink.patienceSeconds ?? patienceSeconds);
    passed(piece.bytes.length);
    sink.onProgress?.(rows);
  }
  if (!target) sink.open(start);
  return { rows: BigInt(rows), bytes, sha256: hash.digest('hex') };
}

async function countDifferences(snapshot: Snapshot): Promise<number> {
  const { rows } = await snapshot.query('select count(*)::int as open from discrepancies where resolved_at is null');
  return rows[0].open;
}

/** Whether the rows stand in some index in the very order they are asked for: those of the two reports that grow with every gift do. */
function isIndexed({ report, format, basis, status, article, campaign }: ExportRequest): boolean {
  const isWhole = !status && !article && !campaign && basis !== 'payout';
  return isWhole && format !== 'journal' && ['donations', 'ledger'].includes(report.name);
}

/** A report's statements ask for exactly the values it takes. */
function toValues({ report, from, before, basis, ...rest }: ExportRequest): StatementValues {
  const filters = Object.fromEntries(report.filters.map((name) => [name, rest[name]]));
  return { from, before, ...(report.bases.length > 1 && { basis }), ...filters };
}
