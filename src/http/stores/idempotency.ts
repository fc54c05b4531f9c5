import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { mayBeLost } from '../../db/may-be-lost.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../services.ts';
import type { Reply } from '../reply.ts';
import type { Use, Used } from './limits.ts';

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

type Taken = { lease: Date };

const leaseSeconds = 60;
const keptHours = 24;

/** Most requests are through by then; one whose process died is taken over when its lease ends. */
const soonSeconds = 2;

/**
 * Takes a key for one request, for 60 seconds: a process that dies in between leaves it to the next who asks. Throws an AppError
 * `idempotency-key-reused` where the key came with another body, `request-in-progress` while the first request still runs.
 * Lost with Postgres, the key was taken for nothing yet: what is done under it waits for the disk, and makes this safe as well.
 */
export async function claimRequest({ db }: Pick<Services, 'db'>, { scope, key, body, use }: Repeatable): Promise<Claim> {
  const keyHash = sha256(key);
  const requestHash = sha256(canonicalJson(body));
  const claimed = sql`
    insert into stored_answers (scope, key_hash, request_hash, leased_until, created_at)
    select ${scope}, ${keyHash}, ${requestHash}, date_trunc('milliseconds', now()) + ${leaseSeconds} * interval '1 second', now()
    from ${mayBeLost}
    on conflict (scope, key_hash) do update
    set request_hash = excluded.request_hash, leased_until = excluded.leased_until, created_at = excluded.created_at,
      status = null, headers = null, body = null
    where stored_answers.created_at < now() - ${keptHours} * interval '1 hour'
      or (stored_answers.status is null and stored_answers.leased_until < now() and stored_answers.request_hash = excluded.request_hash)
    returning leased_until as lease`;
  const taken = use
    ? await sql<Taken & Used>`/* name: claim_request_in_limit */
      with claimed as (${claimed}), used as (${use.counted(sql`claimed`)})
      select * from claimed cross join used`.execute(db)
    : await sql<Taken>`/* name: claim_request */ ${claimed}`.execute(db);
  const row = taken.rows[0];
  if (row) {
    const { lease } = row;
    return {
      state: 'to-do',
      used: use && (row as Taken & Used),
      finish: (reply) => store(db, { scope, keyHash, lease }, reply),
      release: () => release(db, { scope, keyHash, lease }),
    };
  }
  return findAnswer(db, scope, keyHash, requestHash);
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
async function store(db: Services['db'], { scope, keyHash, lease }: Lease, { status, headers, body }: Reply): Promise<void> {
  await sql`/* name: store_answer */
    update stored_answers
    set status = ${status}, headers = ${JSON.stringify(headers)}::jsonb, body = ${body}, leased_until = null
    where scope = ${scope} and key_hash = ${keyHash} and leased_until = ${lease}`.execute(db);
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
