import { execFileSync, fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import type { PlantedBug } from './bugs/bug.ts';
import { plantedBugs } from './bugs.ts';
import type { Answer, Found } from './find-bug.ts';

const options = new Command('planted-bugs')
  .description('Plants one bug after the other in a copy of the service and lets the storm look for it')
  .option('--only <words>', 'bugs whose name holds these words', '')
  .option('--after <count>', 'leaves out so many of them, where a table is gone on with', '0')
  .option('--seeds <count>', 'searches for each bug, of which the median counts', '3')
  .option('--most <runs>', 'schedules after which a bug is overlooked', '300')
  .option('--processes <count>', 'searches side by side', String(os.availableParallelism()))
  .option('--shrink <seconds>', 'for how long what found it is made shorter', '20')
  .parse()
  .opts<Record<'only' | 'after' | 'seeds' | 'most' | 'processes' | 'shrink', string>>();

const root = path.resolve(import.meta.dirname, '../..');
const longestSearchMs = 15 * 60_000;

type Result = { bug: PlantedBug; searches: (Found | null)[] };

const wanted = plantedBugs.filter(({ name }) => name.includes(options.only)).slice(Number(options.after));
const results = wanted.map((bug): Result => ({ bug, searches: [] }));
const waiting = results.flatMap((result) => Array.from({ length: Number(options.seeds) }, (_one, nth) => ({ result, nth })));
console.log('| bug | found in | schedules (median) | by | what differed |\n| --- | --- | --- | --- | --- |');
await Promise.all(Array.from({ length: Number(options.processes) }, work));
const overlooked = results.filter(({ searches }) => searches.every((found) => found === null));
console.log(`\n${results.length - overlooked.length} of ${results.length} bugs found`);
process.exit(overlooked.length === 0 ? 0 : 1);

async function work(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { result, nth } = next;
    result.searches.push(await search(result.bug, 1_000_000 * (nth + 1)));
    if (result.searches.length === Number(options.seeds)) console.log(toRow(result));
  }
}

function toRow({ bug, searches }: Result): string {
  const found = searches.filter((one) => one !== null).sort((one, other) => one.runs - other.runs);
  const middle = found[Math.floor((found.length - 1) / 2)];
  const cells = middle ? [middle.runs, middle.commands.join(', '), middle.difference.slice(0, 90)] : ['–', '–', '–'];
  return `| ${[bug.name, `${found.length} of ${searches.length}`, ...cells].map((cell) => String(cell).replaceAll('|', '/')).join(' | ')} |`;
}

/** What the storm finds in the service as it is, too, is not this bug: the search goes on behind it, and the seed is printed. */
async function search(bug: PlantedBug, firstSeed: number): Promise<Found | null> {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'gratis-planted-'));
  try {
    plant(bug, copy);
    for (let done = 0; done < Number(options.most); ) {
      const found = await askProcess(copy, { firstSeed: firstSeed + done, most: Number(options.most) - done });
      if (!found) return null;
      done += found.runs;
      const seed = firstSeed + done - 1;
      const without = await askProcess(root, { firstSeed: seed, most: 1 });
      if (!without) return { ...found, runs: done };
      console.error(`seed ${seed} differs without any bug: ${without.difference}`);
    }
    return null;
  } finally {
    fs.rmSync(copy, { recursive: true, force: true });
  }
}

/** A copy of the working tree, with the packages and what was built of the original, in which the bug is. */
function plant({ edits }: PlantedBug, copy: string): void {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' });
  for (const file of files.split('\0').filter((name) => name && fs.existsSync(path.join(root, name)))) {
    fs.cpSync(path.join(root, file), path.join(copy, file), { recursive: true });
  }
  for (const folder of ['node_modules', 'dist']) {
    if (fs.existsSync(path.join(root, folder))) fs.symlinkSync(path.join(root, folder), path.join(copy, folder));
  }
  for (const { file, from, to } of edits) {
    const target = path.join(copy, file);
    const text = fs.readFileSync(target, 'utf8');
    if (text.split(from).length !== 2) throw new Error(`${file} does not hold once: ${from}`);
    fs.writeFileSync(
      target,
      text.replace(from, () => to),
    );
  }
}

/** A process that ends without an answer has found nothing: what it said is printed. */
function askProcess(folder: string, seeds: { firstSeed: number; most: number }): Promise<Found | null> {
  return new Promise((resolve) => {
    const child = fork(path.join(folder, 'test/planted-bugs/find-bug.ts'), { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let lastWords = '';
    child.stderr?.on('data', (chunk) => {
      lastWords += String(chunk);
    });
    let answer: Answer | undefined;
    const timer = setTimeout(() => child.kill('SIGKILL'), longestSearchMs);
    child.on('message', (told: Answer) => {
      answer = told;
    });
    child.on('exit', () => {
      clearTimeout(timer);
      if (!answer) console.error(lastWords.slice(-2000) || 'it took too long');
      resolve(answer?.found ?? null);
    });
    child.send({ ...seeds, shrinkSeconds: Number(options.shrink) });
  });
}
