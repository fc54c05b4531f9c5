import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Postgres, type PostgresOptions, startPostgres } from '../../src/sandbox/postgres.ts';
import { withLock } from '../../src/sandbox/start-lock.ts';

let folder: string;
let started: Postgres[];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gratis-postgres-'));
  fs.chmodSync(folder, 0o755);
  started = [];
});

afterEach(async () => {
  await Promise.all(started.map((postgres) => postgres.stop()));
  fs.rmSync(folder, { recursive: true, force: true });
});

test('starts a UTF-8 Postgres 18 that keeps its data between starts', async () => {
  const first = await start();
  expect(first.adopted).toBe(false);
  await query(first, "create table kept as select lower('ÄÖ') as word");
  await first.stop();
  await first.stop();

  const second = await start();
  expect(await query(second, "select word, current_setting('server_version_num')::int / 10000 as major from kept")).toEqual([
    { word: 'äö', major: 18 },
  ]);
});

test('two starts at once share one server', async () => {
  const [one, other] = await Promise.all([start(), start()]);
  expect(one.url).toBe(other.url);
  expect([one.adopted, other.adopted].sort()).toEqual([false, true]);
});

test('adopts the server that outlived whoever started it', async () => {
  const module = path.resolve('src/sandbox/postgres.ts');
  const code = `const { startPostgres } = await import(${JSON.stringify(module)});
    await startPostgres({ dir: ${JSON.stringify(data())}, test: true });
    process.kill(process.pid, 'SIGKILL');`;
  const killed = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
  await once(killed, 'exit');

  const postgres = await start();
  expect(postgres.adopted).toBe(true);
  expect(await query(postgres, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('is not fooled by a note whose process id now belongs to another program', async () => {
  await (await start()).stop();
  fs.writeFileSync(path.join(data(), 'postmaster.pid'), `${process.pid}\n${data()}\n1\n5432\n\n127.0.0.1\n0 0\nready\n`);
  const postgres = await start();
  expect(postgres.adopted).toBe(false);
  expect(await query(postgres, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('refuses data of another major version and leaves it alone', async () => {
  fs.mkdirSync(data());
  fs.writeFileSync(path.join(data(), 'PG_VERSION'), '17\n');
  await expect(start()).rejects.toThrow(/is of Postgres 17, and this is Postgres 18/);
  expect(fs.readdirSync(data())).toEqual(['PG_VERSION']);
});

test('refuses a folder that holds something else', async () => {
  fs.mkdirSync(data());
  fs.writeFileSync(path.join(data(), 'letter.txt'), 'dear reader');
  await expect(start()).rejects.toThrow(/is not empty and holds no Postgres data/);
});

test('says why it could not start', async () => {
  const other = await start();
  await expect(start({ dir: path.join(folder, 'second'), port: other.port })).rejects.toThrow(/Address already in use/);
});

test.runIf(process.getuid?.() === 0)(
  'keeps data elsewhere where its account cannot go, until the folder is deleted',
  async () => {
    fs.chmodSync(folder, 0o700);
    const first = await start();
    await query(first, 'create table kept (id int)');
    await first.stop();
    const second = await start();
    expect(await query(second, "select to_regclass('kept') is not null as kept")).toEqual([{ kept: true }]);
    await second.stop();

    const place = fs.readFileSync(path.join(data(), 'moved-to'), 'utf8').trim();
    fs.rmSync(data(), { recursive: true });
    const third = await start();
    expect(await query(third, "select to_regclass('kept') is not null as kept")).toEqual([{ kept: false }]);
    await third.stop();
    fs.rmSync(place, { recursive: true });
    fs.rmSync(`${place}.log`);
  },
);

test('takes over a start lock whose holder is gone', async () => {
  const gone = spawn(process.execPath, ['-e', '']);
  await once(gone, 'exit');
  const lock = path.join(folder, 'lock');
  fs.writeFileSync(lock, `${gone.pid} anything`);
  expect(await withLock(lock, 60, async () => 'done')).toBe('done');
  expect(fs.existsSync(lock)).toBe(false);
});

test('lets one piece of work at a time behind a start lock', async () => {
  let inside = 0;
  const work = async () => {
    inside += 1;
    const seen = inside;
    await new Promise(setImmediate);
    inside -= 1;
    return seen;
  };
  const lock = path.join(folder, 'lock');
  expect(await Promise.all([1, 2, 3].map(() => withLock(lock, 60, work)))).toEqual([1, 1, 1]);
});

function data(): string {
  return path.join(folder, 'postgres');
}

async function start(options: Partial<PostgresOptions> = {}): Promise<Postgres> {
  const postgres = await startPostgres({ dir: data(), test: true, ...options });
  started.push(postgres);
  return postgres;
}

async function query(postgres: Postgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
