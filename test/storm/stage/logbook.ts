import type { Facts, Log } from '../../../src/log.ts';

/** The service's log of one run, kept to be shown with a difference. */
export type Logbook = Log & { lines(): string[]; clear(): void };

const most = 400;

export function openLogbook(): Logbook {
  let lines: string[] = [];
  const note =
    (level: string) =>
    (message: string, facts: Facts = {}) => {
      if (lines.length < most) lines.push(`${level} ${message} ${tell(facts)}`);
    };
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: note('warn'),
    error: note('error'),
    lines: () => lines,
    clear: () => {
      lines = [];
    },
  };
}

function tell({ error, ...facts }: Facts): string {
  const cause = error instanceof Error ? ` ← ${error.name}: ${error.message.split('\n')[0]}` : '';
  return `${JSON.stringify(facts, (_key, value) => (typeof value === 'bigint' ? String(value) : value))}${cause}`;
}
