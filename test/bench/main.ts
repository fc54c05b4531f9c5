import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { Command } from 'commander';
import { openGround } from './ground.ts';
import { isWithin, type Measure } from './measure.ts';
import { acceptance } from './measures/acceptance.ts';
import { backlog } from './measures/backlog.ts';
import { creation } from './measures/creation.ts';
import { exporting } from './measures/export.ts';
import { growth } from './measures/growth.ts';
import { starting } from './measures/start.ts';
import { widget } from './measures/widget.ts';
import { type Outcome, toTable } from './report.ts';

const measures: Measure[] = [acceptance, creation, exporting, backlog, growth, starting, widget];
const names = measures.map(({ name }) => name);

const options = new Command('bench')
  .description('Measures the service against frozen baselines, within one run; ends with 1 where a limit is missed')
  .option('--only <name>', `one of ${names.join(', ')}; several separated by commas`)
  .option('--gifts <count>', 'how many stand in large books', '1000000')
  .option('--short', 'a quick round that shows that all of it works')
  .option('--out <file>', 'where the figures go as JSON', 'bench.json')
  .parse()
  .opts<{ only?: string; gifts: string; short?: boolean; out: string }>();

const wanted = options.only?.split(',') ?? names;
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  throw new Error(`there is no measure ${unknown.join(', ')}; there are ${names.join(', ')}`);
}
const outcomes = await measureAll(measures.filter(({ name }) => wanted.includes(name)));
const missed = outcomes.flatMap(({ figures }) => figures).filter((figure) => !isWithin(figure));
const machine = { cpus: os.cpus().length, model: os.cpus()[0]?.model, node: process.version };
writeFileSync(options.out, `${JSON.stringify({ machine, short: options.short === true, outcomes }, null, 2)}\n`);
console.log(missed.length === 0 ? 'Every limit is kept.' : `${missed.length} limits are missed.`);
process.exitCode = missed.length === 0 ? 0 : 1;

async function measureAll(chosen: Measure[]): Promise<Outcome[]> {
  const ground = await openGround();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void ground.close().finally(() => process.exit(1)));
  }
  const note = (text: string) => console.error(`[bench] ${text}`);
  const results: Outcome[] = [];
  try {
    for (const { name, title, run } of chosen) {
      const started = performance.now();
      const figures = await run({
        ground,
        note,
        short: options.short === true,
        gifts: options.short ? 5000 : Number(options.gifts),
      });
      console.log(`\n${toTable([{ name, title, figures }])}`);
      note(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
      results.push({ name, title, figures });
    }
  } finally {
    await ground.close();
  }
  return results;
}
