import net from 'node:net';

/**
 * Waits for bytes on their way to the other end: `before`, they never get there; `after`, they do, and their answer never comes back.
 * Either way that connection is cut, and `spring` is called at that very moment.
 */
export type Trap = { text: string; when: 'before' | 'after'; spring(): void };

/** A connection between two processes that can be cut at will, or at a word that passes. */
export type Line = {
  port: number;
  /** How many connections there were; new ones may come. */
  cut(): number;
  /** Sets one trap; it springs once. */
  set(trap: Trap | undefined): void;
  /** Leads elsewhere from now on. */
  leadTo(port: number): void;
  close(): Promise<void>;
};

type Pair = { client: net.Socket; server: net.Socket };

/** Opens one that leads to a port of this machine. */
export async function openLine(firstTarget: number): Promise<Line> {
  let target = firstTarget;
  let trap: Trap | undefined;
  const pairs = new Set<Pair>();
  const listener = net.createServer((client) => {
    const pair = { client, server: net.connect(target, '127.0.0.1') };
    pairs.add(pair);
    join(pair, () => pairs.delete(pair));
    client.on('data', (bytes) => {
      if (trap && bytes.includes(trap.text)) {
        const sprung = trap;
        trap = undefined;
        springOn(pair, bytes, sprung);
      } else pair.server.write(bytes);
    });
    pair.server.on('data', (bytes) => client.write(bytes));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    port: (listener.address() as net.AddressInfo).port,
    cut() {
      const count = pairs.size;
      for (const pair of pairs) cut(pair);
      return count;
    },
    set: (next) => {
      trap = next;
    },
    leadTo: (port) => {
      target = port;
    },
    async close() {
      for (const pair of pairs) cut(pair);
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

function join({ client, server }: Pair, onEnd: () => void): void {
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on('error', () => undefined);
    one.on('end', () => other.end());
    one.on('close', () => {
      other.destroy();
      onEnd();
    });
  }
}

function springOn(pair: Pair, bytes: Buffer, { when, spring }: Trap): void {
  if (when === 'before') {
    cut(pair);
    spring();
    return;
  }
  pair.server.removeAllListeners('data');
  pair.server.once('data', () => {
    cut(pair);
    spring();
  });
  pair.server.write(bytes);
}

function cut({ client, server }: Pair): void {
  client.resetAndDestroy();
  server.destroy();
}
