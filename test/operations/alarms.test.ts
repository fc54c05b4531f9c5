import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { saveSweepState } from '../../src/jobs/sweep-runs.ts';
import { createLog } from '../../src/log.ts';
import { alarmKinds } from '../../src/operations/alarm.ts';
import { keepAlarms } from '../../src/operations/keep-alarms.ts';
import { findStanding } from '../../src/operations/standing.ts';
import { watchEndpoint } from '../../src/operations/watch-stripe.ts';
import { locales, textsOf } from '../../src/text.ts';
import { eventually } from '../support/eventually.ts';
import { openPostRoom, type PostRoom } from '../support/post-room.ts';

let room: PostRoom;
const lines: string[] = [];
beforeAll(async () => {
  room = await openPostRoom({
    environment: { ADMIN_EMAILS: 'one@harbour.example,other@harbour.example' },
    services: { log: createLog('error', { write: (line) => lines.push(line) }) },
  });
  await room.runJobs();
});
afterAll(() => room?.close());

const query = (text: string) => room.database.pool.query(text);
const subjects = () => room.mails('one@harbour.example').map(({ subject }) => subject);
const told = (count: number) => eventually(() => expect(subjects()).toHaveLength(count));
const event = (id: string, type: string, more: string) =>
  query(`insert into inbox_events (id, type, subject, livemode, created_at, due_at, ${more.split('=')[0]})
    values ('${id}', '${type}', 'pi_1', false, now(), now(), ${more.split('=')[1]})`);

describe('alarms', () => {
  test('of every kind have words in every language', () => {
    for (const locale of locales) {
      const keys = Object.keys(textsOf(locale, 'operations'));
      const wanted = alarmKinds.map((kind) => kind.replaceAll('-', '_')).flatMap((word) => [word, `${word}_do`]);
      expect(keys).toEqual(expect.arrayContaining(wanted));
    }
  });

  test('are mailed once when they begin, in a digest each day, and once when all is well', async () => {
    await keepAlarms(room.services);
    expect(await query('select count(*)::int as count from alarms')).toMatchObject({ rows: [{ count: 0 }] });

    await query(
      "insert into discrepancies (kind, object_id, detail) values ('balance-transaction', 'txn_7', 'fee: ours 0.01 EUR')",
    );
    await event('evt_dead', 'refund.updated', "state, error='dead', 'TypeError'");
    await event('evt_unknown', 'refund.created', "state, error='dead', 'stripe-value-unknown'");
    await query("update inbox_events set received_at = now() - interval '1 hour'");
    await event('evt_found', 'charge.updated', "source='sweep'");
    await watchEndpoint({ ...room.services, stripe: { getEndpointStatus: async () => 'disabled' } as never });
    await query(`insert into sweep_runs (name, every_seconds, started_at, finished_at)
      values ('compare-books', 3600, now(), now() - interval '4 hours'), ('keep-alarms', 60, now(), now())`);
    await query(`insert into mails (id, kind, subject_id, dedupe_key, to_address, subject, text_body, html_body, message_id, created_at)
      values ('mail_old', 'receipt', 'rcp_1', 'receipt:rcp_1', 'donor@example.net', 's', 't', 'h', '<1@x>', now() - interval '1 hour')`);
    await query(`select graphile_worker.add_job('write-receipt', '{}', max_attempts => 1, run_at => now() + interval '1 day')`);
    await query('update graphile_worker._private_jobs set attempts = 1');

    await keepAlarms(room.services);
    await keepAlarms(room.services);
    await told(1);
    expect(subjects()[0]).toBe('8 things need you at The Harbour Light');
    await eventually(() => expect(room.mails('other@harbour.example')).toHaveLength(1));
    const { text } = room.mails('one@harbour.example')[0]!;
    for (const word of [
      'balance-transaction: 1: txn_7 fee: ours 0.01 EUR',
      'evt_dead',
      'evt_unknown',
      'disabled',
      'compare-books',
      'write-receipt',
      'mail_old',
    ]) {
      expect(text).toContain(word);
    }
    expect(text).not.toContain('donor@');
    expect(lines.filter((line) => line.includes('an alarm begins'))).toHaveLength(8);
    const { alarms } = (await findStanding(room.services))!;
    expect(alarms).toContainEqual({ kind: 'differences', count: 1 });

    await query(
      "insert into discrepancies (kind, object_id, detail) values ('balance-transaction', 'txn_8', 'net: ours 1.00 EUR')",
    );
    await keepAlarms(room.services);
    await keepAlarms(room.services);
    await told(2);
    expect(room.mails('one@harbour.example')[1]!.text).toContain(
      'balance-transaction: 2: txn_8 net: ours 1.00 EUR · txn_7 fee: ours 0.01 EUR',
    );
    expect(room.mails('one@harbour.example')[1]!.text).not.toContain('evt_dead');

    await query("update alarms set mailed_at = now() - interval '25 hours'");
    await keepAlarms(room.services);
    await keepAlarms(room.services);
    await told(3);
    expect(subjects()[2]).toBe('Still open at The Harbour Light: 8 things');

    await query("update discrepancies set resolved_at = now(); update inbox_events set state = 'done' where state = 'dead'");
    await query("update inbox_events set source = 'webhook'; update sweep_runs set finished_at = now()");
    await query('update mails set sent_at = now(); delete from graphile_worker._private_jobs');
    await saveSweepState(room.services.db, 'watch-endpoint', { status: 'enabled' });
    await keepAlarms(room.services);
    expect(subjects()).toHaveLength(3); // it may come back in a moment
    await query("update alarms set last_seen_at = now() - interval '11 minutes'");
    await keepAlarms(room.services);
    await keepAlarms(room.services);
    await told(4);
    expect(subjects()[3]).toBe('The Harbour Light: all is well again (8)');
  });
});
