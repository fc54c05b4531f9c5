import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimDataFolder } from '../../src/sandbox/data-folder.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/newsroom.ts';
import { commandOf } from '../../src/sandbox/processes.ts';

let dataDir: string;
let sandboxes: Sandbox[];

beforeEach(() => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'gratis-newsroom-'));
  fs.chmodSync(dataDir, 0o755);
  sandboxes = [];
});

afterEach(async () => {
  await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
  fs.rmSync(dataDir, { recursive: true, force: true });
});

test('brings a whole newsroom up and keeps what was in it between starts', async () => {
  const first = await start();
  await query(first.databaseUrl, 'create table kept (id int)');
  await createTransport(first.mailbox.smtpUrl).sendMail({ from: 'a@paper.example', to: 'reader@example.com', subject: 'kept' });
  const customer = await stripe(first, 'POST', '/v1/customers');
  expect(first.stripe.now()).toBeInstanceOf(Date);
  await first.close();

  const second = await start();
  expect(await query(second.databaseUrl, "select to_regclass('kept') is not null as kept")).toEqual([{ kept: true }]);
  expect(await (await fetch(`${second.mailbox.url}/messages`)).json()).toMatchObject([{ subject: 'kept' }]);
  expect(await stripe(second, 'GET', `/v1/customers/${customer.id}`)).toMatchObject({ id: customer.id });
  expect((await fetch(second.site.articles[0]!.url)).status).toBe(200);
});

test('leaves nothing running when one part does not come up', async () => {
  const taken = net.createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as net.AddressInfo;
  await expect(start({ mailPort: port })).rejects.toThrow(`Port ${port} is in use by another program`);
  taken.close();
  expect(fs.existsSync(path.join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  await start();
});

test('refuses the data of a newsroom that runs, and takes over that of one that was killed', async () => {
  const command = commandOf(process.ppid);
  fs.writeFileSync(path.join(dataDir, 'in-use'), `${process.ppid}\n${command}\n`);
  expect(() => claimDataFolder(dataDir)).toThrow(/is in use by another newsroom \(process \d+\)/);
  fs.writeFileSync(path.join(dataDir, 'in-use'), `${process.ppid}\nan older program with this process id\n`);
  const release = claimDataFolder(dataDir);
  release();
  expect(fs.readdirSync(dataDir)).toEqual([]);
});

async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({
    dataDir,
    port: 3000,
    simulatorPort: 0,
    mailPort: 0,
    sitePort: 0,
    serviceUrl: 'http://127.0.0.1:3000',
    log: () => {},
    ...options,
  });
  sandboxes.push(sandbox);
  return sandbox;
}

async function stripe({ stripe: { url, secretKey } }: Sandbox, method: string, address: string): Promise<{ id: string }> {
  const response = await fetch(url + address, { method, headers: { authorization: `Bearer ${secretKey}` } });
  return response.json() as Promise<{ id: string }>;
}

async function query(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
