import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { mayBeLost } from '../../db/may-be-lost.ts';
import { rowsOf } from '../../db/rows-of.ts';
import { shareStatements } from '../../db/share-statements.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../services.ts';
import type { Reply } from '../reply.ts';
import { countUses, type Use, type Used } from './limits.ts';

/**
 * A request that may come more than once: its key, what it asks, the route and caller within which the key counts, and what doing it
 * uses up.
 */
export type Repeatable = { readonly scope: string; readonly key: string; readonly body: unknown; readonly use?: Use | undefined };

/**
 * What a request finds: it has to be done (`used`: what that used up), and is finished or released by whoever does it, or it was done
 * and this was the answer.
 */
export type Claim =
  | { state: 'to-do'; used: Used | undefined; finish(reply: Reply): Promise<void>; release(): Promise<void> }
  | { state: 'done'; reply: Reply };

type Row = {
  same: boolean;
  status: number | null;
  headers: Record<string, string> | null;
  body: string | null;
  waitSeconds: number;
};

type Taken = Used & { lease: Date };

/** Longer than beginning a gift takes at most, and no longer than a reader waits whose first try met a process that died. */
const leaseSeconds = 30;
const keptHours = 24;

/** Most requests are through by then; one whose process died is taken over when its lease ends. */
const soonSeconds = 2;

type ToClaim = { scope: string; keyHash: Buffer; requestHash: Buffer; limitKey: string | null; windowMs: number };

/** What those that come at once share. */
type Shared = { claim(row: ToClaim): Promise<Taken | undefined>; store(row: Lease & { reply: Reply }): Promise<undefined> };

const shared = new WeakMap<Services['db'], Shared>();

function sharedOf(db: Services['db']): Shared {
  const known = shared.get(db) ?? {
    claim: shareStatements((rows: readonly ToClaim[]) => claimAll(db, rows)),
    store: shareStatements((rows: readonly (Lease & { reply: Reply })[]) => storeAll(db, rows)),
  };
  shared.set(db, known);
  return known;
}

/**
 * Takes a key for one request, for 30 seconds: a process that dies in between leaves it to the next who asks. Throws an AppError
 * `idempotency-key-reused` where the key came with another body, `request-in-progress` while the first request still runs.
 */
export async function claimRequest({ db }: Pick<Services, 'db'>, { scope, key, body, use }: Repeatable): Promise<Claim> {
  const keyHash = sha256(key);
  const requestHash = sha256(canonicalJson(body));
  const { claim, store } = sharedOf(db);
  const taken = await claim({ scope, keyHash, requestHash, limitKey: use?.key ?? null, windowMs: use?.windowMs ?? 0 });
  if (!taken) {
    return findAnswer(db, scope, keyHash, requestHash);
  }
  const { lease } = taken;
  return {
    state: 'to-do',
    used: use && taken,
    finish: (reply) => store({ scope, keyHash, lease, reply }),
    release: () => release(db, { scope, keyHash, lease }),
  };
}

/**
 * Takes keys, and counts what those that were free use up of their limits. Lost with Postgres, they were taken for nothing yet: what is
 * done under them waits for the disk, which makes them safe as well. Rows are written in the order of their keys, so that no two
 * statements wait for each other.
 */
async function claimAll(db: Services['db'], rows: readonly ToClaim[]): Promise<(Taken | undefined)[]> {
  const asked = rowsOf(rows, { scope: 'text', keyHash: 'bytea', requestHash: 'bytea', limitKey: 'text', windowMs: 'bigint' });
  const taken = await sql<Taken & { nth: number }>`/* name: claim_requests */
    with asked as (
      select distinct on (scope, key_hash) *
      from ${asked} with ordinality as asked (scope, key_hash, request_hash, limit_key, window_ms, nth)
      order by scope, key_hash, nth
    ), claimed as (
      insert into stored_answers (scope, key_hash, request_hash, leased_until, created_at)
      select scope, key_hash, request_hash, date_trunc('milliseconds', now()) + ${leaseSeconds} * interval '1 second', now()
      from asked cross join ${mayBeLost}
      order by scope, key_hash
      on conflict (scope, key_hash) do update
      set request_hash = excluded.request_hash, leased_until = excluded.leased_until, created_at = excluded.created_at,
        status = null, headers = null, body = null
      where stored_answers.created_at < now() - ${keptHours} * interval '1 hour'
        or (stored_answers.status is null and stored_answers.leased_until < now() and stored_answers.request_hash = excluded.request_hash)
      returning scope, key_hash, leased_until
    ), to_do as (
      select asked.*, leased_until, count(*) over (partition by limit_key) as uses,
        row_number() over (partition by limit_key order by nth) as use
      from claimed join asked using (scope, key_hash)
    ), used as (${countUses(sql`(select limit_key as key, count(*) as uses, max(window_ms) as window_ms from to_do group by limit_key)`)})
    select nth::integer - 1 as nth, leased_until as lease, points - uses + use as points, expire, now
    from to_do left join used on used.key = limit_key`.execute(db);
  const answers = new Map(taken.rows.map((row) => [row.nth, row]));
  return rows.map((_row, nth) => answers.get(nth));
}

/** Removes what is older than 24 hours. */
export async function removeOldAnswers({ db }: Services): Promise<void> {
  await sql`delete from stored_answers where created_at < now() - ${keptHours} * interval '1 hour'`.execute(db);
}

async function findAnswer(db: Services['db'], scope: string, keyHash: Buffer, requestHash: Buffer): Promise<Claim> {
  const found = await sql<Row>`
    select request_hash = ${requestHash} as same, status, headers, body,
      greatest(1, ceil(extract(epoch from leased_until - now())))::int as "waitSeconds"
    from stored_answers
    where scope = ${scope} and key_hash = ${keyHash}`.execute(db);
  const row = found.rows[0];
  if (row && !row.same) {
    throw new AppError('idempotency-key-reused', 'This Idempotency-Key came with another body before.');
  }
  if (!row || row.status === null) {
    const retryAfterSeconds = Math.min(row?.waitSeconds ?? 1, soonSeconds); // without a row: it was released this very moment
    throw new AppError('request-in-progress', 'The first request with this Idempotency-Key is still running.', {
      retryAfterSeconds,
    });
  }
  return { state: 'done', reply: { status: row.status, headers: row.headers ?? {}, body: row.body ?? '' } };
}

type Lease = { scope: string; keyHash: Buffer; lease: Date };

/** Nothing happens where somebody took the request over: their answer counts. */
async function storeAll(db: Services['db'], rows: readonly (Lease & { reply: Reply })[]): Promise<undefined[]> {
  const answers = rows.map(({ reply: { status, headers, body }, ...lease }) => ({
    ...lease,
    status,
    headers: JSON.stringify(headers),
    body,
  }));
  const types = { scope: 'text', keyHash: 'bytea', lease: 'timestamptz', status: 'smallint', headers: 'jsonb', body: 'text' };
  await sql`/* name: store_answers */
    update stored_answers
    set status = answer.status, headers = answer.headers, body = answer.body, leased_until = null
    from ${rowsOf(answers, types)} as answer (scope, key_hash, lease, status, headers, body)
    where stored_answers.scope = answer.scope and stored_answers.key_hash = answer.key_hash
      and stored_answers.leased_until = answer.lease`.execute(db);
  return rows.map(() => undefined);
}

async function release(db: Services['db'], { scope, keyHash, lease }: Lease): Promise<void> {
  await sql`delete from stored_answers
    where scope = ${scope} and key_hash = ${keyHash} and leased_until = ${lease}`.execute(db);
}

/** The same text for the same JSON value, in whatever order its members came. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(byName))
      : part,
  );
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
