import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freeDeadWorkers } from '../../src/jobs/heartbeat.ts';
import { queueMail } from '../../src/mail/queue-mail.ts';
import { eventually } from '../support/eventually.ts';
import { openPostRoom, type PostRoom } from '../support/post-room.ts';

const script = path.join(import.meta.dirname, '../support/mail-worker.ts');

describe('a worker that is killed', () => {
  let room: PostRoom;
  let worker: ChildProcess;
  let workerId: string;
  beforeEach(async () => {
    room = await openPostRoom();
    worker = spawn(process.execPath, [script, room.database.url, room.smtpUrl], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(worker.stdout!, 'data');
    workerId = String(line).trim();
  });
  afterEach(async () => {
    worker.kill('SIGKILL');
    await room.orderFault({ clear: true });
    await room.close();
  });
  const queue = (later = "interval '0'") =>
    room.services.db.transaction().execute(async (trx) => {
      const mail = {
        kind: 'receipt',
        subjectId: 'rcp_1',
        dedupeKey: 'r',
        to: 'a@example.net',
        subject: 's',
        text: 't',
        html: '<p>h</p>',
      } as const;
      const id = await queueMail(trx, room.services, mail);
      await sql`update graphile_worker._private_jobs set run_at = now() + ${sql.raw(later)}`.execute(trx);
      return id;
    });

  test('before it handed the mail over sends no copy; another worker sends the only one', async () => {
    await queue("interval '1 hour'");
    const gate = await closeGate('lock table mails in access exclusive mode');
    await room.hurry();
    await blockedWorker();
    await kill();
    await gate.open();
    await anotherWorkerSends();
    expect(room.mails()).toHaveLength(1);
  });

  test('before the mail server answered lets one more copy out, under the same Message-ID', async () => {
    await room.orderFault({ mode: 'hold-after-data' });
    const id = await queue();
    await eventually(async () => expect(await room.heldAnswers()).toBe(1));
    await kill();
    await room.orderFault({ clear: true });
    await anotherWorkerSends();
    expect(messageIds()).toEqual([`<${id}@harbour.example>`, `<${id}@harbour.example>`]);
  });

  test('between the answer and the commit lets one more copy out, under the same Message-ID', async () => {
    await room.orderFault({ mode: 'hold-after-data' });
    const id = await queue();
    await eventually(async () => expect(await room.heldAnswers()).toBe(1));
    const gate = await closeGate(`select from mails where id = '${id}' for update`);
    await room.orderFault({ clear: true });
    await blockedWorker();
    await kill();
    await gate.open();
    await anotherWorkerSends();
    expect(messageIds()).toEqual([`<${id}@harbour.example>`, `<${id}@harbour.example>`]);
  });

  test('after the commit, before the job could end, sends no second copy', async () => {
    await room.orderFault({ mode: 'hold-after-data' });
    await queue();
    await eventually(async () => expect(await room.heldAnswers()).toBe(1));
    const gate = await closeGate('select from graphile_worker._private_jobs for update');
    await room.orderFault({ clear: true });
    await blockedWorker();
    await kill();
    await gate.open();
    await anotherWorkerSends();
    expect(room.mails()).toHaveLength(1);
  });

  test('loses its jobs to the living, who keep theirs', async () => {
    await room.orderFault({ mode: 'hold-after-data', times: 2 });
    await queue();
    await eventually(async () => expect(await room.heldAnswers()).toBe(1));
    await eventually(async () => {
      await freeDeadWorkers(room.services, { silentSeconds: 1 });
      const { rows } = await room.database.pool.query(
        `select from graphile_worker.jobs where locked_at < now() - interval '1.2 seconds'`,
      );
      expect(rows).toHaveLength(1);
    });
    expect(await lockers()).toEqual([workerId]);
    await kill();
    await eventually(async () => {
      await freeDeadWorkers(room.services, { silentSeconds: 1 });
      expect(await lockers()).toEqual([null]);
    });
    expect(await room.services.db.selectFrom('worker_heartbeats').selectAll().execute()).toEqual([]);
  });

  const messageIds = () => room.mails().map(({ headers }) => headers['message-id']);

  async function lockers(): Promise<(string | null)[]> {
    const { rows } = await room.database.pool.query('select locked_by from graphile_worker.jobs');
    return rows.map(({ locked_by }) => locked_by);
  }

  /** Holds a lock that the worker will run into. */
  async function closeGate(statement: string): Promise<{ open(): Promise<void> }> {
    const holder = await room.database.pool.connect();
    await holder.query('begin');
    await holder.query(statement);
    return {
      async open() {
        await holder.query('rollback');
        holder.release();
      },
    };
  }

  async function blockedWorker(): Promise<void> {
    await eventually(async () => {
      const { rows } = await room.database.pool.query(
        `select from pg_stat_activity where datname = current_database() and application_name = 'gratis-doomed' and wait_event_type = 'Lock'`,
      );
      expect(rows).toHaveLength(1);
    });
  }

  /** With what it had asked of Postgres: a statement that waits for a lock would otherwise be carried out for the dead. */
  async function kill(): Promise<void> {
    const ended = once(worker, 'exit');
    worker.kill('SIGKILL');
    await ended;
    await room.database.pool.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and application_name = 'gratis-doomed'`,
    );
  }

  async function anotherWorkerSends(): Promise<void> {
    await room.runJobs();
    await eventually(async () => {
      await freeDeadWorkers(room.services, { silentSeconds: 1 });
      const { rows } = await room.database.pool.query(
        'select (select count(*)::int from graphile_worker.jobs) as jobs, (select count(*)::int from mails where sent_at is null) as unsent',
      );
      expect(rows[0]).toEqual({ jobs: 0, unsent: 0 });
    });
  }
});
