import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type { Schedule } from './commands/command.ts';
import { runAlone, runRound } from './round.ts';
import { tellSchedule } from './schedule.ts';
import { openTally } from './tally.ts';

const foundFolder = path.join(import.meta.dirname, 'found');
const kept = fs.readdirSync(foundFolder).filter((name) => name.endsWith('.json'));
const adminUrl = inject('postgresUrl');

/** As many schedules as go into the time, of always the same seeds. */
const roundSeconds = 22;
const mostRuns = 100;

describe('a storm', () => {
  beforeAll(() => void vi.spyOn(console, 'trace').mockImplementation(() => undefined)); // graphile-worker's word for a connection that was cut
  afterAll(() => void vi.restoreAllMocks());

  test('leaves the books equal to Stripe’s, every gift with one receipt, and nobody charged twice', {
    timeout: 90_000,
  }, async () => {
    const end = performance.now() + roundSeconds * 1000;
    let seed = 0;
    const nextSeed = () => {
      seed += 1;
      return seed <= mostRuns && performance.now() < end ? seed : undefined;
    };
    const findings = await runRound({ adminUrl, slots: 2, nextSeed, tally: openTally(), shrinkSeconds: 0 });
    const told = findings.map(
      (finding) => `seed ${finding.seed}\n${tellSchedule(finding.schedule)}\n${finding.differences.join('\n')}`,
    );
    expect(told).toEqual([]);
  });

  test.each(kept)('has nothing left of %s', async (name) => {
    const schedule = JSON.parse(fs.readFileSync(path.join(foundFolder, name), 'utf8')) as Schedule;
    expect((await runAlone(adminUrl, schedule)).differences).toEqual([]);
  });
});
