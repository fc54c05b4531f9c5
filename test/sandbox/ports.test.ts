import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { findPort } from '../../src/sandbox/ports.ts';

let servers: net.Server[] = [];

afterEach(() => {
  for (const server of servers) {
    server.close();
  }
  servers = [];
});

test('takes the port that is wanted', async () => {
  expect(await findPort('4321', 3000)).toBe(4321);
});

test('takes the next free one where none is wanted', async () => {
  const used = await occupy();
  expect(await findPort(undefined, used)).toBeGreaterThan(used);
  expect(await findPort('', used)).toBeGreaterThan(used);
});

test('leaves out what another part is about to use', async () => {
  const next = await findPort(undefined, 40_000);
  expect(await findPort(undefined, next, [next])).toBeGreaterThan(next);
});

test('takes any free one for 0', async () => {
  const port = await findPort('0', 3000);
  expect(port).toBeGreaterThan(0);
  expect(await occupy(port)).toBe(port);
});

test.each(['http', '-1', '65536', '80.5'])('refuses %s as a port', async (wanted) => {
  await expect(findPort(wanted, 3000)).rejects.toThrow(`"${wanted}" is not a port`);
});

function occupy(port = 0): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(port, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port));
    servers.push(server);
  });
}
