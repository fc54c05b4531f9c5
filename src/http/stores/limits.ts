import { createHmac } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { mayBeLost } from '../../db/may-be-lost.ts';
import { getVisitorSalt } from '../../db/visitor-salt.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../services.ts';

/** What a source can use up. */
export type LimitName = 'gifts' | 'votes' | 'signups' | 'reads' | 'credentials' | 'patience';

/** How much of a limit a source has left, after this request. */
export type LimitState = { limit: number; remaining: number; resetSeconds: number };

type Listener = (name: LimitName, state: LimitState) => void;

/** How many points of a limit a source has used up with this request, and when it begins anew, in Unix milliseconds. */
export type Used = { readonly points: bigint; readonly expire: bigint; readonly now: bigint };

/** One use of a limit by a source, not counted yet: for a statement that counts it along with something else (`countUses`). */
export type Use = {
  readonly key: string;
  readonly windowMs: number;
  /** Throws as `Limits.use` does. */
  judge(used: Used, onState?: Listener): void;
};

/** Limits that all processes share; where they cannot be asked, whoever asks gets the database's error, never a pass. */
export type Limits = {
  /** Uses one up. Throws an AppError `too-many-requests` that says when to come again; `onState` hears how much is left either way. */
  use(name: LimitName, source: string, onState?: Listener): Promise<void>;
  prepare(name: LimitName, source: string): Promise<Use>;
};

type Window = { points: number; seconds: number };

const tenMinutes = 600;

const known = new WeakMap<Services, Limits>();

/** Unix milliseconds on the database's clock. */
const now = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** The limits of a process: in Postgres, a fixed window of ten minutes a source. A source is kept as a hash under the salt of the day. */
export function limitsOf(services: Services): Limits {
  const limits = known.get(services) ?? createLimits(services);
  known.set(services, limits);
  return limits;
}

function createLimits(services: Services): Limits {
  const windows = windowsOf(services);
  const limits: Limits = {
    async use(name, source, onState) {
      const { key, windowMs, judge } = await limits.prepare(name, source);
      const one = sql`(select ${key}::text as key, 1::bigint as uses, ${windowMs}::bigint as window_ms)`;
      const { rows } = await sql<Used>`/* name: use_limit */ ${countUses(one)}`.execute(services.db);
      judge(rows[0]!, onState);
    },
    async prepare(name, source) {
      const window = windows[name];
      return {
        key: `${name}:${await hashSource(services, source)}`,
        windowMs: window.seconds * 1000,
        judge: (used, onState) => judge(name, window, used, onState),
      };
    },
  };
  return limits;
}

/**
 * Counts uses: an `insert … returning key, points, expire, now` of all that `uses` says (key, uses, window_ms; a key once). Lost with
 * Postgres, a source has a little more left than it should, which harms nobody.
 */
export function countUses(uses: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`insert into rate_limits (key, points, expire)
    select key, uses, ${now} + window_ms from ${uses} as used cross join ${mayBeLost}
    where key is not null
    order by key
    on conflict (key) do update set
      points = case when rate_limits.expire <= ${now} then excluded.points else rate_limits.points + excluded.points end,
      expire = case when rate_limits.expire <= ${now} then excluded.expire else rate_limits.expire end
    returning key, points::bigint, expire, ${now} as now`;
}

function judge(name: LimitName, { points: limit }: Window, { points, expire, now }: Used, onState?: Listener): void {
  const left = limit - Number(points);
  const resetSeconds = Math.max(1, Math.ceil(Number(expire - now) / 1000));
  onState?.(name, { limit, remaining: Math.max(0, left), resetSeconds });
  if (left < 0) {
    throw new AppError('too-many-requests', 'Too many requests came from this connection; this one was not counted.', {
      retryAfterSeconds: resetSeconds,
    });
  }
}

/** Whether nobody did what `key` names within the last `seconds`; says yes once, to one of any number who ask at a time. */
export async function allowOnce({ db }: Services, key: string, seconds: number): Promise<boolean> {
  const taken =
    await sql`insert into rate_limits (key, points, expire) values (${`once:${key}`}, 1, ${now} + ${seconds * 1000}::bigint)
    on conflict (key) do update set expire = excluded.expire
    where rate_limits.expire <= ${now} returning key`.execute(db);
  return taken.rows.length === 1;
}

/** Removes what has run out. */
export async function removeOldLimits({ db }: Services): Promise<void> {
  await sql`delete from rate_limits where expire < ${now}`.execute(db);
}

function windowsOf({ config }: Services): Record<LimitName, Window> {
  return {
    gifts: { points: config.newsroom.limits.gifts_per_source_in_ten_minutes, seconds: tenMinutes },
    votes: { points: 60, seconds: tenMinutes },
    signups: { points: 30, seconds: tenMinutes },
    reads: { points: 6000, seconds: tenMinutes },
    credentials: { points: 100, seconds: tenMinutes }, // wrong ones only
    patience: { points: 60, seconds: tenMinutes }, // all who wait out the brake together
  };
}

/** A source under the salt of the day, in base64url: what is kept instead of an address. */
export async function hashSource({ db, clock, config }: Services, source: string): Promise<string> {
  const salt = await getVisitorSalt(db, clock.now(), config.newsroom.time_zone);
  return createHmac('sha256', salt).update(source).digest('base64url');
}
