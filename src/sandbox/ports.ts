import net from 'node:net';

const lastPort = 65_535;

/**
 * The port to listen on: the one that is wanted ('0': any free one), else the first free one from `first` upwards that
 * is not among `taken`. Throws if what is wanted is no port; whether it is free shows when it is listened on.
 */
export async function findPort(
  wanted: string | number | undefined,
  first: number,
  taken: readonly number[] = [],
): Promise<number> {
  if (wanted !== undefined && wanted !== '') {
    const port = Number(wanted);
    if (!Number.isInteger(port) || port < 0 || port > lastPort) {
      throw new Error(`"${wanted}" is not a port: it is a whole number up to ${lastPort}, and 0 for any free one`);
    }
    return port === 0 ? tryPort(0) : port;
  }
  for (let port = first; port <= lastPort; port += 1) {
    if (!taken.includes(port) && (await isFree(port))) {
      return port;
    }
  }
  throw new Error(`No port is free from ${first} upwards`);
}

async function isFree(port: number): Promise<boolean> {
  try {
    await tryPort(port);
    return true;
  } catch {
    return false;
  }
}

/** Listens for a moment, on this machine alone as the sandbox does; gives the port. */
function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const { port: actual } = server.address() as net.AddressInfo;
      server.close(() => resolve(actual));
    });
  });
}
