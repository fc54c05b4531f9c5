import { type Finding, runRound } from './round.ts';
import { type Counts, openTally } from './tally.ts';

/** What the parent tells a process of the storm. */
export type Orders = { adminUrl: string; firstSeed: number; every: number; count: number; slots: number; shrinkSeconds: number };

/** What it answers: that a run ended, what was found, and at the end what all came to. */
export type Report = { run: number } | { finding: Finding } | { counts: Counts; findings: Finding[] };

const say = (report: Report) => new Promise<void>((resolve) => process.send!(report, () => resolve()));
const stray: string[] = [];
process.on('unhandledRejection', (error: unknown) => stray.push(`nobody handled ${(error as Error)?.stack ?? String(error)}`));

process.once('message', async ({ adminUrl, firstSeed, every, count, slots, shrinkSeconds }: Orders) => {
  const tally = openTally();
  let drawn = 0;
  const nextSeed = () => {
    drawn += 1;
    return drawn <= count ? firstSeed + (drawn - 1) * every : undefined;
  };
  const onRun = (run: number) => void say({ run });
  const onFinding = (finding: Finding) => void say({ finding });
  const round = { adminUrl, slots, nextSeed, tally, shrinkSeconds, onRun, onFinding };
  const findings = await runRound(round).catch((error: Error): Finding[] => {
    stray.push(`the round broke off: ${error.stack ?? error.message}`);
    return [];
  });
  if (stray.length > 0) {
    findings.push({ seed: firstSeed, schedule: [], differences: stray, log: [] });
    onFinding(findings.at(-1)!);
  }
  await say({ counts: tally.counts(), findings });
  process.exit();
});
