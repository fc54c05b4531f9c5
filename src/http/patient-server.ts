import { createServer, type RequestListener, type Server } from 'node:http';

/** How long a client may take, in milliseconds. */
export type Patience = { headersMs: number; requestMs: number; checkMs: number };

const usual: Patience = { headersMs: 10_000, requestMs: 20_000, checkMs: 1000 };

/**
 * A server that a slow client cannot hold: headers have to be there after 10 seconds, the whole request after 20, else it is answered
 * 408 and closed. A connection is kept for 65 seconds between requests, longer than the usual proxies keep theirs; answers take as
 * long as they take.
 */
export function createPatientServer(app: RequestListener, { headersMs, requestMs, checkMs }: Patience = usual): Server {
  const limits = { headersTimeout: headersMs, requestTimeout: requestMs, connectionsCheckingInterval: checkMs };
  return createServer({ ...limits, keepAliveTimeout: 65_000, maxHeaderSize: 16 * 1024 }, app);
}
