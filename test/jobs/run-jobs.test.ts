import { afterEach, describe, expect, test, vi } from 'vitest';
import { createPool } from '../../src/db/database.ts';
import { freeDeadWorkers } from '../../src/jobs/heartbeat.ts';
import { type RunningJobs, startJobs } from '../../src/jobs/run-jobs.ts';
import { stageJob } from '../../src/jobs/stage.ts';
import { createLog } from '../../src/log.ts';
import { eventually } from '../support/eventually.ts';
import { idleTasks, openPostRoom, type PostRoom } from '../support/post-room.ts';

describe('jobs', () => {
  const rooms: PostRoom[] = [];
  const open = async (...options: Parameters<typeof openPostRoom>) => {
    const room = await openPostRoom(...options);
    rooms.push(room);
    return room;
  };
  afterEach(async () => {
    for (const room of rooms.splice(0)) await room.close();
  });

  test('start as soon as their transaction commits, and not at all where it does not', async () => {
    const room = await open();
    const done: string[] = [];
    await room.runJobs({ 'read-object': async (_, { subject }) => void done.push(subject) });
    await listening(room);
    await expect(
      room.services.db.transaction().execute(async (trx) => {
        await stageJob(trx, 'read-object', { subject: 'ch_never' });
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await room.services.db.transaction().execute((trx) => stageJob(trx, 'read-object', { subject: 'ch_once' }));
    await eventually(() => expect(done).toEqual(['ch_once']), 1.5); // the queue is looked at every two seconds anyway
    await eventually(async () => expect(await waitingJobs(room)).toBe(0));
  });

  test('leave nothing to graphile-worker to complain about', async () => {
    const warn = vi.spyOn(console, 'warn');
    const error = vi.spyOn(console, 'error');
    const room = await open();
    const jobs = await room.runJobs();
    await jobs.stop();
    expect(warn).not.toHaveBeenCalled();
    expect(error).not.toHaveBeenCalled();
  });

  test('run again when they failed, and neither the log nor the queue keeps what the error said', async () => {
    const lines: string[] = [];
    const room = await open({ services: { log: createLog('debug', { write: (line) => lines.push(line) }) } });
    const attempts: unknown[] = [];
    await room.runJobs({
      'read-object': async (_, _payload, run) => {
        attempts.push(run);
        throw Object.assign(new TypeError('no box for reader@example.net'), { code: 'E_BOX' });
      },
    });
    await stageJob(room.services.db, 'read-object', { subject: 'ch_1' }, { maxAttempts: 2 });
    await eventually(() => expect(attempts).toEqual([{ attempt: 1, isLast: false }]));
    await eventually(async () => {
      await room.hurry();
      expect(attempts).toEqual([
        { attempt: 1, isLast: false },
        { attempt: 2, isLast: true },
      ]);
    });
    const kept = await eventually(async () => {
      const { rows } = await room.database.pool.query(
        'select last_error from graphile_worker.jobs where attempts = 2 and locked_at is null',
      );
      expect(rows).toHaveLength(1);
      return rows;
    });
    expect(kept[0]).toEqual({ last_error: 'TypeError E_BOX' });
    expect(lines.join('')).toContain('"job":"read-object"');
    expect(lines.join('')).toContain('E_BOX');
    expect(lines.join('')).not.toContain('example.net');
  });

  test('that are staged again while they run, and then fail, are done once more and leave nothing behind', async () => {
    const room = await open();
    let runs = 0;
    await room.runJobs({
      'read-object': async ({ db }, { subject }) => {
        runs += 1;
        if (runs > 1) return;
        await stageJob(db, 'read-object', { subject });
        throw new Error('it did not go well');
      },
    });
    await stageJob(room.services.db, 'read-object', { subject: 'ch_1' });
    await eventually(async () => expect([runs, await waitingJobs(room)]).toEqual([2, 0]));
  });

  test('that are staged again while they run are done once more and leave nothing behind, also where their worker dies', async () => {
    const room = await open();
    const pool = createPool(room.database.url, { name: 'jobs', max: 8, int8: 'text' });
    let runs = 0;
    const tasks = {
      ...idleTasks,
      'read-object': async () => {
        runs += 1;
        if (runs > 1) return;
        await stageJob(room.services.db, 'read-object', { subject: 'ch_1' });
        await new Promise(() => {}); // its worker never hears of it again
      },
    };
    const jobs = await startJobs({ services: room.services, pool, tasks, finishSeconds: 0.1 });
    await stageJob(room.services.db, 'read-object', { subject: 'ch_1' });
    await eventually(async () => expect([runs, await waitingJobs(room)]).toEqual([2, 1]));
    await jobs.stop();
    await freeDeadWorkers(room.services);
    const { rows } = await room.database.pool.query('select key, attempts from graphile_worker.jobs');
    expect(rows).toEqual([]);
    await pool.end();
  });

  test('that run are finished before the worker stops, and those that wait are left for another', async () => {
    const room = await open();
    let finish = () => {};
    let finished = false;
    const pool = createPool(room.database.url, { name: 'jobs', max: 8, int8: 'text' });
    const tasks = {
      ...idleTasks,
      'read-object': async () => {
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        finished = true;
      },
    };
    // One at a time: another could be about to take the second job when it is told to stop, and may then do it.
    const jobs = await startJobs({ services: room.services, pool, tasks, concurrency: 1 });
    await stageJob(room.services.db, 'read-object', { subject: 'ch_1' });
    await eventually(() => expect(finish.name).toBe('')); // the job has put its own function there
    const stopped = jobs.stop();
    await stageJob(room.services.db, 'read-object', { subject: 'ch_2' });
    finish();
    await stopped;
    expect(finished).toBe(true);
    expect(await waitingJobs(room)).toBe(1);
    expect(await room.services.db.selectFrom('worker_heartbeats').selectAll().execute()).toEqual([]);
    await pool.end();
  });

  test('that do not finish in time are given back, so that another worker can have them at once', async () => {
    const room = await open();
    const pool = createPool(room.database.url, { name: 'jobs', max: 8, int8: 'text' });
    let started = false;
    const endless = () => {
      started = true;
      return new Promise<void>(() => {});
    };
    const tasks = { ...idleTasks, 'read-object': endless };
    const jobs = await startJobs({ services: room.services, pool, tasks, finishSeconds: 0.1 });
    await stageJob(room.services.db, 'read-object', { subject: 'ch_1' });
    await eventually(() => expect(started).toBe(true));
    await jobs.stop();
    await jobs.stop();
    const { rows } = await room.database.pool.query('select locked_by, attempts from graphile_worker.jobs');
    expect(rows).toEqual([{ locked_by: null, attempts: 1 }]);
    await pool.end();
  });

  test('go on after the database was away when one ended, and then another', async () => {
    const lines: string[] = [];
    const room = await open({ services: { log: createLog('error', { write: (line) => lines.push(line) }) } });
    const done: string[] = [];
    let isAway: () => void = () => undefined;
    const away = new Promise<void>((resolve) => {
      isAway = resolve;
    });
    await room.runJobs({
      'read-object': async (_, { subject }) => {
        if (subject === 'ch_1' && done.length === 0) await room.database.setReachable(false).then(isAway);
        if (subject === 'ch_2') await away.then(() => eventually(() => expect(lines.join('')).toContain('Failed to')));
        done.push(subject);
      },
    });
    await room.services.db.transaction().execute(async (trx) => {
      await stageJob(trx, 'read-object', { subject: 'ch_2' });
      await stageJob(trx, 'read-object', { subject: 'ch_1' });
    });
    await eventually(() => expect(lines.join('')).toContain('the job runner gave up and is replaced'));
    await room.database.setReachable(true);
    await eventually(() => stageJob(room.services.db, 'read-object', { subject: 'ch_3' }));
    await eventually(() => expect(done).toEqual(['ch_1', 'ch_2', 'ch_3']), 25);
    await eventually(async () => {
      await freeDeadWorkers(room.services, { silentSeconds: 1 }); // nobody could write down that the first two had ended
      expect(done.slice(3).sort()).toEqual(['ch_1', 'ch_2']);
      expect(await waitingJobs(room)).toBe(0);
    });
  });

  test('are refused a start where the database cannot be reached', async () => {
    const room = await open();
    const pool = createPool('postgres://nobody@127.0.0.1:1/none', { name: 'jobs', int8: 'text' });
    const started: Promise<RunningJobs> = startJobs({ services: room.services, pool, tasks: idleTasks });
    await expect(started).rejects.toThrow();
    await pool.end();
  });
});

async function listening({ database }: PostRoom): Promise<void> {
  await eventually(async () => {
    const { rows } = await database.pool.query(
      `select from pg_stat_activity where datname = current_database() and query like 'LISTEN%' and state = 'idle'`,
    );
    expect(rows.length).toBeGreaterThan(0);
  });
}

async function waitingJobs({ database }: PostRoom): Promise<number> {
  const { rows } = await database.pool.query('select count(*)::int as count from graphile_worker.jobs');
  return rows[0].count;
}
