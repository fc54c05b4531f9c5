import { plusSeconds } from '../clock.ts';
import { firstInstantOf, isDay } from '../period.ts';
import type { Services } from '../services.ts';

const secondsOf: Record<string, number> = { m: 60, h: 3600, d: 86_400 };

/**
 * An instant as people type it: `7d`, `12h` or `30m` before now, a day (its beginning in the newsroom's time zone), or an instant in
 * ISO 8601. Throws an Error that says so, in the name of the option it was typed after; also for what is still to come.
 */
export function readSince(services: Pick<Services, 'clock' | 'config'>, text: string, option = '--since'): Date {
  const instant = readInstant(services, text, option);
  if (instant > services.clock.now()) {
    throw new Error(`${option} is in the future: ${text}`);
  }
  return instant;
}

function readInstant({ clock, config }: Pick<Services, 'clock' | 'config'>, text: string, option: string): Date {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count && unit) {
    return plusSeconds(clock.now(), -Number(count) * secondsOf[unit]!);
  }
  if (isDay(text)) {
    return firstInstantOf(text, config.newsroom.time_zone);
  }
  const instant = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text) ? new Date(text) : undefined;
  if (!instant || Number.isNaN(instant.getTime())) {
    throw new Error(`${option} is 7d, 12h or 30m, a day such as 2026-01-31, or an instant such as 2026-01-31T08:00:00Z`);
  }
  return instant;
}
