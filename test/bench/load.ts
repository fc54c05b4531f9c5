import autocannon from 'autocannon';

export type LoadRequest = autocannon.Request;

/** How a load went: operations a second, and what each took in milliseconds. */
export type Load = { rate: number; p50: number; p99: number };

/**
 * Sends each request once over so many connections, as fast as they are answered. Throws where one is answered by anything but 2xx.
 */
export async function sendAll(url: string, connections: number, requests: LoadRequest[]): Promise<Load> {
  const shares = Array.from({ length: connections }, (_, nth) =>
    requests.filter((_request, index) => index % connections === nth),
  );
  const started = performance.now();
  let ended = started;
  const options = {
    url,
    connections,
    amount: requests.length,
    timeout: 60,
    setupClient: (client: autocannon.Client) => client.setRequests(shares.pop()!),
  };
  const { non2xx, errors, latency } = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(options, (error, result) => (error ? reject(error) : resolve(result)));
    run.on('response', () => {
      ended = performance.now();
    });
  });
  if (non2xx + errors > 0) {
    throw new Error(`${non2xx} answers were no success, ${errors} requests failed`);
  }
  return { rate: requests.length / ((ended - started) / 1000), p50: latency.p50, p99: latency.p99 };
}
