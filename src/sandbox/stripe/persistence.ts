import { mkdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createClock, startStopwatch } from './clock.ts';
import type { World } from './world.ts';

type Saved = {
  url: string;
  secretKey: string;
  offsetMilliseconds: number;
  /** Not in the files of simulators that had no such settings. */
  account?: World['account'];
  agenda: World['agenda'];
  tables: Record<string, { id: string }[]>;
  notes: Record<string, { id: string }[]>;
};

const rows = (maps: object) =>
  Object.fromEntries(Object.entries(maps).map(([name, map]) => [name, [...(map as Map<string, unknown>).values()]]));

/** Puts what a file holds into the world; nothing where there is no file. Addresses follow the simulator to a new port. */
export function loadWorld(world: World, file: string): void {
  const text = readIfThere(file);
  if (!text) {
    return;
  }
  const { url } = JSON.parse(text) as Saved;
  const saved = JSON.parse(text.replaceAll(url, world.settings.url)) as Saved;
  world.secretKey = saved.secretKey;
  world.clock = createClock(saved.offsetMilliseconds);
  world.agenda = saved.agenda;
  world.account = { ...world.account, ...saved.account };
  for (const kind of ['tables', 'notes'] as const) {
    const maps = world[kind] as unknown as Record<string, Map<string, { id: string }>>;
    for (const [name, list] of Object.entries(saved[kind])) {
      maps[name] = new Map(list.map((row) => [row.id, row]));
    }
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

const shortestPause = 300;
/** A large world takes long to write; it is written more rarely, so that writing takes a tenth of the time at most. */
const pausePerWriting = 9;
/** A world with a longer file than this, some thousand gifts, does not keep those waiting who changed it. */
const longestAwaited = 8_000_000;

/** Keeps a file equal to the world. */
export type Keeper = {
  /** Something changed: it will be written soon. */
  note(): void;
  /** Writes it now. The file is replaced whole or not at all. */
  flush(): Promise<void>;
  /** What changed until now is on file, unless the world has grown large. */
  kept(): Promise<void>;
};

export function createKeeper(world: World, file: string | undefined): Keeper {
  let timer: NodeJS.Timeout | undefined;
  let pause = shortestPause;
  let length = 0;
  let writing: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined; // what everybody waits for who came while an older world was written
  if (file) {
    mkdirSync(dirname(file), { recursive: true });
  }
  const write = async () => {
    if (!file) {
      return;
    }
    const elapsed = startStopwatch();
    const { secretKey, account, agenda, tables, notes, settings, clock } = world;
    const saved: Saved = {
      url: settings.url,
      secretKey,
      offsetMilliseconds: clock.offset(),
      account,
      agenda,
      tables: rows(tables) as Saved['tables'],
      notes: rows(notes) as Saved['notes'],
    };
    const text = JSON.stringify(saved);
    length = text.length;
    await writeFile(`${file}.next`, text);
    await rename(`${file}.next`, file);
    pause = Math.max(shortestPause, elapsed() * pausePerWriting);
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    next ??= writing.then(() => {
      next = undefined;
      return write();
    });
    writing = next;
    return writing;
  };
  return {
    note: () => {
      if (file && !timer) {
        timer = setTimeout(() => void flush(), pause);
      }
    },
    flush,
    kept: () => (length > longestAwaited ? Promise.resolve() : timer ? flush() : writing),
  };
}
