import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../support/eventually.ts';
import { openChance } from './chance.ts';
import { compareAfterKills } from './compare-after-kills.ts';
import { type KillGround, openKillGround, type Victim } from './ground.ts';
import { type Load, startLoad } from './load.ts';
import { type Moment, moments } from './moments.ts';

export type KillOptions = {
  seed: number;
  /** Of the service and the worker. */
  kills: number;
  /** Of Postgres. */
  crashes: number;
  /** Who give at once. */
  people: number;
  /** Nobody waits for the dead. */
  isHurried?: boolean;
  note(text: string): void;
};

export type KillResult = {
  /** Milliseconds from each start to readiness. */
  ready: Record<Victim | 'postgres', number[]>;
  /** How often each moment was met. */
  met: Record<string, number>;
  gifts: number;
  differences: string[];
};

/** For so long a moment is waited for; then the process dies wherever it is. */
const momentSeconds = 1.5;

/** After a start readers come through at once, however busy the machine. */
const longestQuietSeconds = 60;

/** Kills processes under load, one after the other, then lets all come to rest and compares. */
export async function runKills({ seed, kills, crashes, people, isHurried = false, note }: KillOptions): Promise<KillResult> {
  const ground = await openKillGround();
  const chance = openChance(seed);
  const result: KillResult = { ready: { service: [], worker: [], postgres: [] }, met: {}, gifts: 0, differences: [] };
  try {
    const load = startLoad(ground.scene, people, chance);
    for (let nth = 0; nth < kills + crashes; nth += 1) {
      await someGifts(load);
      await pause(chance() * 300);
      const isCrash = Math.floor(((nth + 1) * crashes) / (kills + crashes)) > Math.floor((nth * crashes) / (kills + crashes));
      const what = isCrash ? await crash(ground, result) : await killOne(ground, chance, result);
      result.met[what] = (result.met[what] ?? 0) + 1;
      // What a dead process was doing for a reader may be done by another when its minute is over.
      if (isHurried) await ground.pool.query('update stored_answers set leased_until = now() where status is null');
      if ((nth + 1) % 10 === 0) note(`${nth + 1} of ${kills + crashes}, ${load.taken()} gifts taken`);
    }
    await load.stop();
    result.gifts = load.taken();
    result.differences = await compareAfterKills(ground, isHurried);
    return result;
  } finally {
    await ground.close();
  }
}

/** Between two deaths there is some life. */
async function someGifts(load: Load): Promise<void> {
  const wanted = load.taken() + 3;
  await eventually(() => {
    if (load.taken() < wanted) throw new Error('nobody can give');
  }, longestQuietSeconds);
}

async function crash(ground: KillGround, { ready }: KillResult): Promise<string> {
  ready.postgres.push(await ground.crashPostgres());
  return 'Postgres killed';
}

/** At a named moment, or anywhere; one time in six the connection alone is cut, and the process lives. */
async function killOne(ground: KillGround, chance: () => number, { ready }: KillResult): Promise<string> {
  const moment = chance() < 0.75 ? moments[Math.floor(chance() * moments.length)] : undefined;
  const victim = moment?.victim ?? (chance() < 0.5 ? 'service' : 'worker');
  const isSpared = chance() < 1 / 6;
  const isMet = moment ? await meet(ground, moment, () => !isSpared && ground.kill(victim)) : false;
  if (isSpared) {
    if (!isMet) for (const line of Object.values(ground.lines[victim])) line.cut();
    return `connections cut: ${isMet ? moment!.name : 'anywhere'}`;
  }
  ground.kill(victim);
  ready[victim].push(await ground.restart(victim));
  return `${victim} killed ${isMet ? moment!.name : 'anywhere'}`;
}

/** Resolves when the moment has come, or has not come in time. */
function meet({ lines }: KillGround, { victim, line, text, when }: Moment, act: () => void): Promise<boolean> {
  const trapped = lines[victim][line];
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      trapped.set(undefined);
      resolve(false);
    }, momentSeconds * 1000);
    trapped.set({
      text,
      when,
      spring() {
        act();
        clearTimeout(timer);
        resolve(true);
      },
    });
  });
}
