import { createHmac } from 'node:crypto';
import { CompiledQuery, sql } from 'kysely';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { getVisitorSalt } from '../../db/visitor-salt.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../services.ts';

/** What a source can use up. */
export type LimitName = 'gifts' | 'votes' | 'signups' | 'reads' | 'credentials' | 'patience';

/** How much of a limit a source has left, after this request. */
export type LimitState = { limit: number; remaining: number; resetSeconds: number };

/** Limits that all processes share; where they cannot be asked, whoever asks gets the database's error, never a pass. */
export type Limits = {
  /** Uses one up. Throws an AppError `too-many-requests` that says when to come again; `onState` hears how much is left either way. */
  use(name: LimitName, source: string, onState?: (name: LimitName, state: LimitState) => void): Promise<void>;
};

type Window = { points: number; seconds: number };

const tenMinutes = 600;

const known = new WeakMap<Services, Limits>();

/** The limits of a process: in Postgres, a fixed window of ten minutes a source. A source is kept as a hash under the salt of the day. */
export function limitsOf(services: Services): Limits {
  const limits = known.get(services) ?? createLimits(services);
  known.set(services, limits);
  return limits;
}

function createLimits(services: Services): Limits {
  const windows = windowsOf(services);
  const limiters = Object.fromEntries(
    Object.entries(windows).map(([name, window]) => [name, createLimiter(services, name, window)]),
  ) as Record<LimitName, RateLimiterPostgres>;
  return {
    async use(name, source, onState) {
      const key = await hashSource(services, source);
      const result = await limiters[name].consume(key).catch((refusal: unknown) => {
        if (refusal instanceof RateLimiterRes) return refusal;
        throw refusal;
      });
      const resetSeconds = Math.max(1, Math.ceil(result.msBeforeNext / 1000));
      onState?.(name, { limit: windows[name].points, remaining: result.remainingPoints, resetSeconds });
      if (result.consumedPoints > windows[name].points) {
        throw new AppError('too-many-requests', 'Too many requests came from this connection; this one was not counted.', {
          retryAfterSeconds: resetSeconds,
        });
      }
    },
  };
}

/** Whether nobody did what `key` names within the last `seconds`; says yes once, to one of any number who ask at a time. */
export async function allowOnce({ db }: Services, key: string, seconds: number): Promise<boolean> {
  const now = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
  const taken =
    await sql`insert into rate_limits (key, points, expire) values (${`once:${key}`}, 1, ${now} + ${seconds * 1000}::bigint)
    on conflict (key) do update set expire = excluded.expire
    where rate_limits.expire <= ${now} returning key`.execute(db);
  return taken.rows.length === 1;
}

/** Removes what has run out. */
export async function removeOldLimits({ db }: Services): Promise<void> {
  await sql`delete from rate_limits where expire < (extract(epoch from clock_timestamp()) * 1000)::bigint`.execute(db);
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

function createLimiter({ db }: Services, name: string, { points, seconds }: Window): RateLimiterPostgres {
  const client = {
    query: async ({ text, values }: { text: string; values: unknown[] }) => {
      const { rows } = await db.executeQuery<{ points: number; expire: bigint }>(CompiledQuery.raw(text, values));
      return { rows: rows.map((row) => ({ ...row, expire: Number(row.expire) })), rowCount: rows.length };
    },
  };
  return new RateLimiterPostgres({
    storeClient: client,
    storeType: 'client',
    tableName: 'rate_limits',
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: name,
    points,
    duration: seconds,
  });
}

/** A source under the salt of the day, in base64url: what is kept instead of an address. */
export async function hashSource({ db, clock, config }: Services, source: string): Promise<string> {
  const salt = await getVisitorSalt(db, clock.now(), config.newsroom.time_zone);
  return createHmac('sha256', salt).update(source).digest('base64url');
}
