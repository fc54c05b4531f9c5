import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openPostgres } from './postgres.ts';
import type { Finding } from './round.ts';
import { tellSchedule } from './schedule.ts';
import type { Orders, Report } from './storm-process.ts';
import { type Counts, faultsThatMustFire, openTally } from './tally.ts';

export type StormOptions = { seed: number; runs: number; slots: number; processes: number; shrinkSeconds: number };

/** From so many runs on, every kind of fault must have been met. */
const manyRuns = 300;

/** Lets many schedules happen, prints what came of them, and answers whether all was well. */
export async function storm(options: StormOptions): Promise<boolean> {
  const postgres = await openPostgres();
  const started = performance.now();
  const tally = openTally();
  let done = 0;
  try {
    const reports = await Promise.all(
      Array.from({ length: options.processes }, (_one, index) =>
        runProcess(ordersOf(options, postgres.url, index), () => {
          done += 1;
          if (done % 100 === 0) console.error(`[storm] ${done} runs, ${(done / secondsSince(started)).toFixed(1)} a second`);
        }),
      ),
    );
    for (const { counts } of reports) tally.add(counts);
    const findings = reports.flatMap(({ findings }) => findings);
    const asleep = options.runs >= manyRuns ? faultsThatMustFire.filter((kind) => !tally.counts().fired[kind]) : [];
    tellCounts(tally.counts(), { runs: done, seconds: secondsSince(started), seed: options.seed, findings: findings.length });
    for (const kind of asleep) console.log(`never fired: ${kind}`);
    return findings.length === 0 && asleep.length === 0;
  } finally {
    await postgres.stop();
  }
}

function ordersOf({ seed, runs, processes, slots, shrinkSeconds }: StormOptions, adminUrl: string, index: number): Orders {
  const count = Math.floor(runs / processes) + (index < runs % processes ? 1 : 0);
  return { adminUrl, firstSeed: seed + index, every: processes, count, slots, shrinkSeconds };
}

async function runProcess(orders: Orders, onRun: () => void): Promise<{ counts: Counts; findings: Finding[] }> {
  const child = fork(path.join(import.meta.dirname, 'storm-process.ts'), { stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  let lastWords = '';
  child.stderr!.on('data', (chunk) => {
    lastWords = (lastWords + chunk).slice(-2000); // graphile-worker says a lot about every connection that is cut
  });
  let last: { counts: Counts; findings: Finding[] } | undefined;
  child.on('message', (report: Report) => {
    if ('run' in report) onRun();
    else if ('finding' in report) tellFinding(report.finding);
    else last = report;
  });
  child.send(orders);
  await once(child, 'exit');
  if (last) return last;
  const died = { seed: orders.firstSeed, schedule: [], differences: [`its process died: ${lastWords}`], log: [] };
  tellFinding(died);
  return { counts: openTally().counts(), findings: [died] };
}

/** Prints a finding and keeps its schedule in a file, to be run again and, if it is a real one, for ever. */
export function tellFinding({ seed, schedule, differences, log }: Finding): void {
  const file = path.join(os.tmpdir(), `gratis-storm-${seed}.json`);
  fs.writeFileSync(file, `${JSON.stringify(schedule, null, 2)}\n`);
  console.log(`\nseed ${seed}: repeat it with --seed ${seed} --runs 1, or the shortest with --replay ${file}`);
  console.log(tellSchedule(schedule));
  for (const line of differences.slice(0, 20)) console.log(`  ≠ ${line}`);
  for (const line of log.slice(-20)) console.log(`  · ${line}`);
}

type Figures = { runs: number; seconds: number; seed: number; findings: number };

function tellCounts({ ran, skipped, fired }: Counts, { runs, seconds, seed, findings }: Figures): void {
  const names = [...new Set([...Object.keys(ran), ...Object.keys(skipped)])].sort();
  console.log(
    `\ncommands (run, not possible): ${names.map((name) => `${name} ${ran[name] ?? 0}, ${skipped[name] ?? 0}`).join(' · ')}`,
  );
  console.log(
    `faults met: ${Object.entries(fired)
      .sort()
      .map(([kind, times]) => `${kind} ${times}`)
      .join(' · ')}`,
  );
  console.log(
    `${runs} runs from seed ${seed} in ${seconds.toFixed(0)} s, ${(runs / seconds).toFixed(2)} a second; ${findings} with differences`,
  );
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
