import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { limitOf, type Measure } from '../measure.ts';
import { startServer } from '../process.ts';
import { median } from '../rounds.ts';
import { serviceSettings } from '../settings.ts';

/** How long it takes until something answers, and what it weighs then. */
export const starting: Measure = {
  name: 'start',
  title: 'From the command to the first answer',
  async run(bench) {
    const { ground, short } = bench;
    const database = await ground.emptyDatabase();
    const serveSeconds: number[] = [];
    let memory = 0;
    for (let round = 0; round < (short ? 1 : 5); round += 1) {
      const started = performance.now();
      const service = await startServer('servers/service.ts', serviceSettings({ DATABASE_URL: database, JOBS: 'on' }));
      await fetch(`${service.url}/readyz`);
      serveSeconds.push((performance.now() - started) / 1000);
      memory = (await service.usage()).rss;
      await service.stop();
    }
    return [
      { what: 'npm run serve, ready', value: median(serveSeconds), unit: 's', limit: limitOf(bench, { most: 1 }) },
      { what: 'memory of an idle service', value: memory / 1024 / 1024, unit: 'MB' },
      ...(short ? [] : [{ what: 'npm start for the second time', value: await secondStart(), unit: 's', limit: { most: 3 } }]),
    ];
  },
};

/** Seconds until the whole newsroom says that it is ready, with the data of a start before. */
async function secondStart(): Promise<number> {
  const folder = mkdtempSync(path.join(os.tmpdir(), `gratis-test-${process.pid}-demo-`));
  try {
    await startNewsroom(folder);
    return await startNewsroom(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startNewsroom(folder: string): Promise<number> {
  const started = performance.now();
  const child = fork('src/main.ts', ['start'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit');
  let seconds: number | undefined;
  for await (const chunk of child.stdout!) {
    if (seconds === undefined && String(chunk).includes('Gratis is ready')) {
      seconds = (performance.now() - started) / 1000;
      child.kill('SIGTERM');
    }
  }
  await gone;
  if (seconds === undefined) throw new Error('the newsroom did not start');
  return seconds;
}
