import { afterEach, describe, expect, test } from 'vitest';
import { type RunningSweeps, type Sweep, startSweeps } from '../../src/jobs/run-sweeps.ts';
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
