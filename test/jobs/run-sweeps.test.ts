import { afterEach, describe, expect, test } from 'vitest';
import { type RunningSweeps, startSweeps } from '../../src/jobs/run-sweeps.ts';
import type { Sweep } from '../../src/jobs/sweep-runs.ts';
import { eventually } from '../support/eventually.ts';
import { openPostRoom, type PostRoom } from '../support/post-room.ts';

describe('sweeps', () => {
  let room: PostRoom;
  const running: RunningSweeps[] = [];
  const start = (...sweeps: Sweep[]) => {
    const started = startSweeps({ services: room.services, sweeps });
    running.push(started);
    return started;
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map((sweeps) => sweeps.stop()));
    await room.close();
  });

  test('run at once and again after a while, and on demand', async () => {
    room = await openPostRoom();
    const often: number[] = [];
    const seldom: number[] = [];
    const sweeps = start(
      { name: 'often', everySeconds: 0.05, run: async () => void often.push(1) },
      { name: 'seldom', everySeconds: 3600, run: async () => void seldom.push(1) },
    );
    await eventually(() => expect(often.length).toBeGreaterThan(3));
    expect(seldom.length).toBe(1);
    await sweeps.runAll();
    expect(seldom.length).toBe(2);
  });

  test('that fail run again, and do not hinder the others', async () => {
    room = await openPostRoom();
    const tries: number[] = [];
    const others: number[] = [];
    start(
      { name: 'broken', everySeconds: 0.05, run: () => Promise.reject(new Error(`try ${tries.push(1)}`)) },
      { name: 'sound', everySeconds: 0.05, run: async () => void others.push(1) },
    );
    await eventually(() => expect(Math.min(tries.length, others.length)).toBeGreaterThan(3));
  });

  test('of one name run one at a time over all processes', async () => {
    room = await openPostRoom();
    let inside = 0;
    let most = 0;
    let runs = 0;
    const sweep: Sweep = {
      name: 'alone',
      everySeconds: 0.01,
      async run({ db }) {
        inside += 1;
        most = Math.max(most, inside);
        await db.selectFrom('counters').selectAll().execute();
        inside -= 1;
        runs += 1;
      },
    };
    start(sweep);
    start(sweep);
    start(sweep);
    await eventually(() => expect(runs).toBeGreaterThan(20));
    expect(most).toBe(1);
  });

  test('are due by what is written down, whoever wrote it and however often a process starts', async () => {
    room = await openPostRoom();
    const runs: number[] = [];
    const hourly: Sweep = { name: 'hourly', everySeconds: 3600, run: async () => void runs.push(1) };
    const restart = async () => {
      start(hourly);
      await Promise.all(running.splice(0).map((sweeps) => sweeps.stop())); // waits for the look that each begins with
    };
    const rewrite = (assignments: string) =>
      room.database.pool.query(`update sweep_runs set ${assignments} where name = 'hourly'`);
    await restart();
    await restart();
    expect(runs).toHaveLength(1);
    await rewrite("finished_at = now() - interval '61 minutes', started_at = now() - interval '62 minutes'");
    await restart();
    expect(runs).toHaveLength(2);
    await rewrite("started_at = now() - interval '2 minutes', finished_at = now() - interval '20 minutes'"); // somebody died in it
    await restart();
    expect(runs).toHaveLength(3);
    await rewrite(
      "failed_at = now() - interval '61 seconds', finished_at = now() - interval '20 minutes', started_at = now() - interval '2 minutes'",
    );
    await restart();
    expect(runs).toHaveLength(4);
    await restart();
    expect(runs).toHaveLength(4);
  });

  test('go on when the database comes back', async () => {
    room = await openPostRoom();
    const runs: number[] = [];
    start({ name: 'steady', everySeconds: 0.05, run: async () => void runs.push(1) });
    await eventually(() => expect(runs.length).toBeGreaterThan(1));
    await room.database.setReachable(false);
    await room.database.setReachable(true);
    const before = runs.length;
    await eventually(() => expect(runs.length).toBeGreaterThan(before + 2));
  });
});
