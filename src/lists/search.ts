import { type RawBuilder, sql } from 'kysely';
import { toAskedArticle } from '../article-address.ts';
import type { Reader } from '../db/database.ts';
import type { Services } from '../services.ts';
import { writeAudit } from '../staff/write-audit.ts';

/** Something that fits what was searched for. `label`: what it is known by to people. */
export type Hit = {
  readonly kind: 'donation' | 'subscription' | 'donor' | 'refund' | 'dispute' | 'payout' | 'event' | 'receipt';
  readonly id: string;
  readonly donation_id: string | null;
  readonly label: string | null;
};

const mostHits = 20;

type Way = { readonly name: string; readonly fits: RegExp; find(text: string): RawBuilder<Hit> };

/** How a text is understood: the first way that fits its form is taken. */
const ways: readonly Way[] = [
  { name: 'our id', fits: /^(don|rec|dnr|rfd|rcp)_\w{1,64}$/, find: findByOurId },
  { name: 'id of Stripe', fits: /^(pi|py|ch|re|pyr|sub|cus|cs|in|txn|po|du|dp|evt)_\w{1,255}$/, find: findByStripeId },
  { name: 'receipt', fits: /^\d{4}-\d{6,10}$/, find: findReceipt },
  { name: 'article', fits: /^https?:\/\/\S+$/i, find: findByArticle },
  { name: 'host', fits: /^@?[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u, find: findByHost },
  { name: 'address', fits: /@/, find: findByAddress },
  { name: 'name', fits: /[\p{L}\p{N}]/u, find: findByName },
];

/**
 * Finds gifts, donors and the rest by whatever way fits the text, at most 20 hits. Who searched, in which way and with how many hits is
 * kept; the words are not.
 */
export async function search({ db, clock }: Services, text: string, askedBy: string): Promise<Hit[]> {
  const wanted = text.trim();
  const way = ways.find(({ fits }) => fits.test(wanted));
  return db.transaction().execute(async (trx) => {
    const hits = way ? await run(trx, way.find(wanted)) : [];
    const detail = { way: way?.name ?? 'none', hits: hits.length };
    await writeAudit(trx, { clock }, { actor: askedBy, action: 'search', detail });
    return hits;
  });
}

async function run(db: Reader, found: RawBuilder<Hit>): Promise<Hit[]> {
  const { rows } = await sql<Hit>`
    select kind, id, donation_id, label from (${found}) as hits (kind, id, donation_id, label) limit ${mostHits}`.execute(db);
  return rows;
}

function findByOurId(id: string): RawBuilder<Hit> {
  return sql`
    select 'donation', id, id, status from donations where id = ${id}
    union all select 'subscription', id, null, status from subscriptions where id = ${id}
    union all select 'donor', id, null, coalesce(name, email) from donors where id = ${id}
    union all select 'refund', id, donation_id, status from refunds where id = ${id}
    union all select 'receipt', id, donation_id, number from receipts where id = ${id}`;
}

function findByStripeId(id: string): RawBuilder<Hit> {
  return sql`
    select 'donation', id, id, status from donations
      where stripe_payment_intent_id = ${id} or stripe_charge_id = ${id} or stripe_balance_transaction_id = ${id}
    union all select 'subscription', id, null, status from subscriptions where stripe_subscription_id = ${id}
    union all
    select case when donation_id is null then 'subscription' else 'donation' end, coalesce(donation_id, subscription_id),
      donation_id, state from checkouts where stripe_checkout_session_id = ${id}
    union all
    select 'donor', donors.id, null, coalesce(donors.name, donors.email)
      from donor_stripe_customers customers join donors on donors.id = customers.donor_id
      where customers.stripe_customer_id = ${id}
    union all
    select 'refund', id, donation_id, status from refunds
      where stripe_refund_id = ${id} or stripe_balance_transaction_id = ${id} or failure_balance_transaction_id = ${id}
    union all select 'dispute', id, donation_id, status from disputes where id = ${id}
    union all select 'payout', id, null, status from payouts where id = ${id}
    union all select 'event', id, null, type from inbox_events where id = ${id}`;
}

function findReceipt(number: string): RawBuilder<Hit> {
  return sql`select 'receipt', id, donation_id, number from receipts where number = ${number}`;
}

function findByAddress(text: string): RawBuilder<Hit> {
  const beginning = `${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  return sql`
    select 'donor', id, null, coalesce(name || ', ', '') || email from donors
    where email_key like ${beginning} and email_key is not null
    order by email_key
    limit ${mostHits}`;
}

/** Paid gifts of an article, the newest first. */
function findByArticle(address: string): RawBuilder<Hit> {
  return sql`
    select 'donation', id, id, status from donations
    where article_key(article_url) = article_key(${toAskedArticle(address)}) and paid_at is not null
    order by paid_at desc
    limit ${mostHits}`;
}

/** Donors with an e-mail address of this host, then some gifts under its articles, then names in which there is a full stop. */
function findByHost(text: string): RawBuilder<Hit> {
  const host = text.replace(/^@/, '').toLowerCase();
  const few = mostHits / 2;
  const sites = ['https://', 'https://www.', 'http://', 'http://www.'].map((start) => start + host);
  const underSites = sites.map(
    (site) => sql`
      (select id, article_url from donations where article_key(article_url) = ${site} limit ${few})
      union all (select id, article_url from donations where article_key(article_url) like ${`${site}/%`} limit ${few})`,
  );
  return sql`
    (select 'donor', id, null, coalesce(name || ', ', '') || email from donors
      where split_part(email_key, '@', 2) = ${host} and email_key is not null order by email_key limit ${few})
    union all
    (select 'donation', id, id, article_key(article_url) from (${sql.join(underSites, sql` union all `)}) as under limit ${few})
    union all (${findByName(host)})`;
}

function findByName(text: string): RawBuilder<Hit> {
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const query = words.map((word) => `${word}:*`).join(' & ');
  return sql`
    select 'donor', id, null, coalesce(name || ', ', '') || coalesce(email, '') from donors
    where to_tsvector('simple', name) @@ to_tsquery('simple', ${query}) and name is not null
    limit ${mostHits}`;
}
