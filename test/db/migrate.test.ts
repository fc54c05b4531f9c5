import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { createPool } from '../../src/db/database.ts';
import { migrate, migrationStates } from '../../src/db/migrate.ts';
import { type MigrateWords, migrateCommand } from '../../src/db/migrate-command.ts';

const files = readdirSync(new URL('../../sql/migrations/', import.meta.url))
  .map((name) => name.replace(/\.sql$/, ''))
  .sort();

describe('bringing a database up to date', () => {
  let admin: pg.Client;
  let name: string;
  let url: string;
  let pool: pg.Pool;

  beforeEach(async () => {
    admin = new pg.Client({ connectionString: inject('postgresUrl') });
    await admin.connect();
    name = `migrate_${randomBytes(8).toString('hex')}`;
    await admin.query(`create database ${name}`);
    const address = new URL(inject('postgresUrl'));
    address.pathname = `/${name}`;
    url = address.href;
    pool = createPool(url, { name: 'test', max: 2 });
  });

  afterEach(async () => {
    await pool.end();
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  });

  async function told(words: MigrateWords): Promise<string> {
    const said = vi.spyOn(console, 'log').mockReturnValue();
    await migrateCommand(url, words);
    const text = said.mock.calls.flat().join('\n');
    said.mockRestore();
    return text;
  }

  test('applies every file once, in order, and nothing the second time', async () => {
    expect(await migrationStates(pool)).toEqual(files.map((file) => ({ name: file, applied: false })));
    const wouldRun = await told({ dryRun: true });
    for (const file of files) expect(wouldRun).toContain(`-- sql/migrations/${file}.sql\n`);
    expect(wouldRun).toContain('\ncreate table donations (');
    expect((await pool.query("select to_regclass('donations') as donations")).rows).toEqual([{ donations: null }]);
    expect(await migrate(pool)).toEqual(files);
    expect(await migrate(pool)).toEqual([]);
    expect(await told({ dryRun: true })).toBe('the database is up to date');
    expect(await told({ status: true })).toBe(files.map((file) => `applied  ${file}`).join('\n'));
    expect(await migrationStates(pool)).toEqual(files.map((file) => ({ name: file, applied: true })));
  });

  test('is safe twenty at once: one does the work, all succeed', async () => {
    const pools = Array.from({ length: 20 }, () => createPool(url, { name: 'test', max: 2 }));
    try {
      const applied = await Promise.all(pools.map(migrate));
      expect(applied.flat().sort()).toEqual(files);
      const counted = await pool.query("select count(*) as rows from counters where name in ('order', 'journal')");
      expect(counted.rows).toEqual([{ rows: 2n }]);
    } finally {
      await Promise.all(pools.map((each) => each.end()));
    }
  });

  test('refuses a file that was changed after it was applied', async () => {
    await migrate(pool);
    await pool.query('update gratis_migration_checksums set sha256 = $1 where name = $2', ['another', files[1]]);
    await expect(migrate(pool)).rejects.toThrow(`migration ${files[1]} was changed after it was applied`);
  });

  test('a file that fails leaves nothing of itself behind', async () => {
    await pool.query('create table signups (already int)');
    await expect(migrate(pool)).rejects.toThrow(/already exists/);
    const left = await pool.query("select to_regclass('votes') as votes, to_regclass('donations') as donations");
    expect(left.rows).toEqual([{ votes: null, donations: null }]);
  });
});
