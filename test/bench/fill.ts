import { readFileSync } from 'node:fs';
import pg from 'pg';

const statements = readFileSync(new URL('fill.sql', import.meta.url), 'utf8');

/** Fills a migrated database with so many whole gifts, as fill.sql says. */
export async function fillBooks(databaseUrl: string, gifts: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(statements.replaceAll(':gifts', String(gifts)));
    await client.query('reset session_replication_role');
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

/**
 * Adds a backlog: so many gifts that were begun here and paid at Stripe, told of by eight events each that nobody has worked on.
 * `mark` keeps their ids apart from others.
 */
export async function addBacklog(databaseUrl: string, mark: string, gifts: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`
      insert into donations (id, kind, status, currency, amount_minor, article_url, created_at)
        select 'don_${mark}' || n, 'one-time', 'pending', 'eur', 1500, 'https://www.example.org/quay', now() from generate_series(1, ${gifts}) n;
      insert into checkouts (idempotency_key, attempt, donation_id, state, parameters, stripe_checkout_session_id, url, expires_at, created_at)
        select 'checkout-don_${mark}' || n, 'att_${mark}' || n, 'don_${mark}' || n, 'open', '{}', 'cs_${mark}' || n, 'https://checkout.example',
          now() + interval '1 day', now() from generate_series(1, ${gifts}) n;
      insert into inbox_events (id, type, subject, stripe_customer_id, last_read_number, state, livemode, api_version, created_at, due_at, body)
        select 'evt_${mark}' || n || '_' || kind, type, prefix || '_${mark}' || n, 'cus_${mark}' || n, 0, 'pending', false,
          '2026-10-28.endive', now(), now(), '{}'
        from generate_series(1, ${gifts}) n
        cross join (values (1, 'payment_intent.processing', 'pi'), (2, 'payment_intent.succeeded', 'pi'),
          (3, 'checkout.session.completed', 'cs'), (4, 'charge.updated', 'pi'), (5, 'charge.updated', 'pi'),
          (6, 'payment_intent.succeeded', 'pi'), (7, 'checkout.session.async_payment_succeeded', 'cs'), (8, 'charge.updated', 'pi')
        ) told (kind, type, prefix)`);
    await client.query('analyze inbox_events, donations, checkouts');
  } finally {
    await client.end();
  }
}
