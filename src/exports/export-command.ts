import { statSync } from 'node:fs';
import path from 'node:path';
import { SingleBar } from 'cli-progress';
import { Command, CommanderError } from 'commander';
import type { Currency } from '../currency.ts';
import { AppError } from '../errors.ts';
import { money, toDecimal } from '../money.ts';
import type { Services } from '../services.ts';
import { parameterNames, readExportRequest } from './export-parameters.ts';
import type { Total } from './export-runs.ts';
import { exportToFile } from './export-to-file.ts';
import { reportNames } from './reports.ts';
import type { ExportResult } from './run-export.ts';

/** What was typed after `npm run export --`. */
export type ExportWords = { report: string; file: string; parameters: Record<string, string> };

const meaning: Record<string, string> = {
  from: 'the first day, YYYY-MM-DD',
  before: 'the first day that is not in the report',
  basis: 'the instant the period goes by: paid, created, available or payout',
  tz: "the time zone of days and instants (the newsroom's unless given)",
  format: 'csv, jsonl, or of the ledger journal (for hledger and ledger)',
  status: 'only this status',
  currency: 'only this currency',
  article: 'only this article, by id or address; its query, fragment and last slash do not count',
  campaign: 'only this campaign',
  as_of: 'ledger, trial-balance, fees, payouts: only up to this position in the journal',
  cursor: 'the same reports: only after this position in the journal',
};

/**
 * `export <report> --from … --before … --format csv --out FILE`: the exports of the service, to a file. Shows a progress bar where
 * somebody watches, and tells run, rows, totals and hash. Throws an Error whose message says what is wrong, for exit code 1.
 */
export async function exportCommand(services: Services, { report, file, parameters }: ExportWords): Promise<void> {
  const request = readRequest(report, parameters, services.config.newsroom.time_zone);
  refuseNoPlace(file);
  const bar = new SingleBar({ format: `${report} {bar} {value} of {total} rows`, stream: process.stderr, hideCursor: true });
  let isShown = false;
  try {
    const result = await exportToFile(services, request, file, (rows, expected) => {
      if (!process.stderr.isTTY) return;
      if (isShown) bar.update(rows);
      else bar.start(expected, rows);
      isShown = true;
    });
    bar.stop();
    console.log(describe(file, result));
  } catch (error) {
    bar.stop();
    throw error;
  }
}

/** Reads what was typed after `export`; undefined where that asked for help, which is printed. Throws an Error that says what is wrong. */
export function readExportCommand(argv: readonly string[]): ExportWords | undefined {
  const command = new Command('export')
    .argument('<report>', reportNames().join(', '))
    .requiredOption('--out <file>', 'where to write it')
    .configureOutput({ writeErr: () => {} }) // whoever called prints what is thrown
    .exitOverride();
  for (const name of parameterNames) {
    command.option(`--${name.replace('_', '-')} <value>`, meaning[name]);
  }
  try {
    command.parse([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    throw error;
  }
  const { out, asOf, ...rest } = command.opts<Record<string, string>>();
  return { report: command.args[0]!, file: out!, parameters: { ...rest, ...(asOf !== undefined && { as_of: asOf }) } };
}

function readRequest(report: string, parameters: Record<string, string>, timeZone: string) {
  try {
    return readExportRequest(report, parameters, timeZone);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const lines = (error.errors ?? []).map(({ pointer, detail }) => `  --${pointer.slice(1).replace('_', '-')} ${detail}`);
    throw new Error([error.message, ...lines].join('\n'));
  }
}

/** Before anything is asked of the database: an export may take long. */
function refuseNoPlace(file: string): void {
  const folder = path.dirname(path.resolve(file));
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`--out: there is no folder ${folder}`);
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`--out: ${file} is a folder, not a file`);
}

function describe(file: string, { runId, rows, bytes, sha256, differences, totals }: ExportResult): string {
  return [
    `${file}: ${rows} rows, ${bytes} bytes`,
    `run      ${runId}`,
    `sha256   ${sha256}`,
    `books    ${differences} differences stand`,
    ...totals.map((total) => `total    ${describeTotal(total)}`),
  ].join('\n');
}

/** Sums as decimals; counts and positions are no amounts. */
function describeTotal({ currency, settlement_currency, count, last_position, ...rest }: Total): string {
  const isSettled = (name: string) => ['gross', 'fee', 'net'].includes(name) && settlement_currency !== undefined;
  const parts = Object.entries(rest).map(([name, value]) => {
    const code = isSettled(name) ? settlement_currency : currency;
    const isAmount = typeof value === 'bigint' && !['gifts', 'payouts'].includes(name);
    return isAmount ? (code ? `${name} ${toDecimal(money(value, code as Currency))}` : '') : `${name} ${value}`;
  });
  const currencies = [currency, settlement_currency].filter(Boolean).join(' settled in ');
  return [currencies, `count ${count}`, ...parts].filter(Boolean).join(', ');
}
