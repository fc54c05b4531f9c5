import { sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { mayBeLost } from '../db/may-be-lost.ts';
import { rowsOf } from '../db/rows-of.ts';
import { shareStatements } from '../db/share-statements.ts';
import type { Interval } from '../newsroom.ts';
import type { CheckoutRequest, OpenCheckout } from '../stripe/checkout-request.ts';
import { type Checkout, leaseSeconds, type OpenedCheckout, toParameters } from './checkout.ts';
import type { GiftColumns } from './gift-plan.ts';

/** A gift and what Stripe will be asked for it, before it is written down. */
export type CheckoutToOpen = {
  readonly attempt: string;
  readonly wishHash: Buffer;
  readonly donorName: string | undefined;
  readonly request: CheckoutRequest;
  readonly createdAt: Date;
  readonly interval: Interval;
  readonly gift: GiftColumns;
};

type PageToKeep = { readonly key: string; readonly page: OpenCheckout };

/** What readers who come at once share. */
type Writers = {
  insert(row: CheckoutToOpen): Promise<Checkout | undefined>;
  keep(row: PageToKeep): Promise<OpenedCheckout | undefined>;
};

/** All of a checkout, by name: a prepared `*` would fail once a migration has added a column. */
const columns =
  sql.raw(`idempotency_key, attempt, donation_id, subscription_id, state, wish_hash, donor_name, parameters, leased_until,
  stripe_checkout_session_id, url, expires_at, created_at`);

const writers = new WeakMap<Database, Writers>();

function writersOf(db: Database): Writers {
  const known = writers.get(db) ?? {
    insert: shareStatements((rows: readonly CheckoutToOpen[]) => insertAll(db, rows)),
    keep: shareStatements((rows: readonly PageToKeep[]) => keepAll(db, rows)),
  };
  writers.set(db, known);
  return known;
}

/**
 * Writes down a gift and what Stripe will be asked for it, leased to the caller; both are safe on disk when it answers. Undefined, and
 * nothing written, where the attempt has a checkout that can be paid or was. The key is the gift's: there is one session for it, ever.
 */
export function insertCheckout(db: Database, row: CheckoutToOpen): Promise<Checkout | undefined> {
  return writersOf(db).insert(row);
}

/**
 * Keeps the page that Stripe made; undefined where the checkout was closed meanwhile, and then nobody may be sent there. Lost with
 * Postgres, the page is asked for again under its key, as after a crash before this.
 */
export function keepPage(db: Database, { idempotency_key }: Checkout, page: OpenCheckout): Promise<OpenedCheckout | undefined> {
  return writersOf(db).keep({ key: idempotency_key, page });
}

async function insertAll(db: Database, rows: readonly CheckoutToOpen[]): Promise<(Checkout | undefined)[]> {
  const { rows: opened } = await sql<Checkout>`/* name: open_checkouts */
    with asked as (
      select * from json_to_recordset(${JSON.stringify(rows.map(toJson))}::json) as asked (
        key text, attempt text, donation_id text, subscription_id text, wish_hash text, donor_name text, parameters jsonb,
        expires_at timestamptz, created_at timestamptz, "interval" text, currency text, amount_minor bigint, fee_cover_minor bigint,
        article_url text, article_id text, article_title text, section text, campaign text, placement text, newsletter text,
        anonymous boolean, message text, locale text
      )
    ), opened as (
      insert into checkouts (idempotency_key, attempt, donation_id, subscription_id, wish_hash, donor_name, parameters, expires_at,
        created_at, leased_until)
      select key, attempt, donation_id, subscription_id, decode(wish_hash, 'hex'), donor_name, parameters, expires_at, created_at,
        now() + ${leaseSeconds} * interval '1 second'
      from asked
      order by attempt
      on conflict (attempt) where state <> 'expired' do nothing
      returning ${columns}
    ), gifts as (
      select asked.* from asked join opened on opened.idempotency_key = asked.key
    ), once as (
      insert into donations (id, kind, status, created_at, currency, amount_minor, fee_cover_minor, article_url, article_id,
        article_title, section, campaign, placement, newsletter, anonymous, message, locale)
      select donation_id, 'one-time', 'pending', created_at, currency, amount_minor, fee_cover_minor, article_url, article_id,
        article_title, section, campaign, placement, newsletter, anonymous, message, locale
      from gifts where donation_id is not null
    ), regularly as (
      insert into subscriptions (id, status, "interval", created_at, currency, amount_minor, fee_cover_minor, article_url, article_id,
        article_title, section, campaign, placement, newsletter, anonymous, message, locale)
      select subscription_id, 'pending', "interval", created_at, currency, amount_minor, fee_cover_minor, article_url, article_id,
        article_title, section, campaign, placement, newsletter, anonymous, message, locale
      from gifts where subscription_id is not null
    )
    select ${columns} from opened`.execute(db);
  const byKey = new Map(opened.map((checkout) => [checkout.idempotency_key, checkout]));
  return rows.map(({ request }) => byKey.get(keyOf(request)));
}

/** By key alone: said with `or`, the state would lead through an index of all open pages, of which there are thousands on a busy night. */
async function keepAll(db: Database, rows: readonly PageToKeep[]): Promise<(OpenedCheckout | undefined)[]> {
  const pages = rows.map(({ key, page: { checkoutId, url, expiresAt } }) => ({ key, checkoutId, url, expiresAt }));
  const asked = rowsOf(pages, { key: 'text', checkoutId: 'text', url: 'text', expiresAt: 'timestamptz' });
  const { rows: kept } = await sql<OpenedCheckout>`/* name: keep_pages */
    update checkouts
    set state = 'open', stripe_checkout_session_id = page_id, url = page_url, expires_at = page_expires_at, leased_until = null
    from ${asked} as page (key, page_id, page_url, page_expires_at) cross join ${mayBeLost}
    where idempotency_key = key
      and case state when 'asking' then true when 'open' then stripe_checkout_session_id = page_id else false end
    returning ${columns}`.execute(db);
  const byKey = new Map(kept.map((checkout) => [checkout.idempotency_key, checkout]));
  return rows.map(({ key }) => byKey.get(key));
}

function toJson({ attempt, wishHash, donorName, request, createdAt, interval, gift }: CheckoutToOpen) {
  return {
    ...gift,
    key: keyOf(request),
    attempt,
    [interval === 'once' ? 'donation_id' : 'subscription_id']: request.reference,
    wish_hash: wishHash.toString('hex'),
    donor_name: donorName,
    parameters: toParameters(request),
    expires_at: request.expiresAt,
    created_at: createdAt,
    interval,
  };
}

function keyOf({ reference }: CheckoutRequest): string {
  return `checkout-${reference}`;
}
