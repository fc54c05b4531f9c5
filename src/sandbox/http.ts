import http from 'node:http';
import type net from 'node:net';

/** An answer of one of the sandbox's small web servers. */
export type Answer = { status?: number; headers: Record<string, string>; body: string | Buffer };

/** A running web server of the sandbox. */
export type Listening = { url: string; port: number; close(): Promise<void> };

/** Serves on this machine alone; `port` 0 is any free one. An error in `answer` becomes a 500 with its message. */
export async function serve(
  port: number,
  answer: (request: http.IncomingMessage) => Answer | Promise<Answer>,
): Promise<Listening> {
  const server = http.createServer(async (request, response) => {
    try {
      const { status = 200, headers, body } = await answer(request);
      response.writeHead(status, { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', ...headers });
      response.end(request.method === 'HEAD' ? undefined : body);
    } catch (error) {
      response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end((error as Error).message);
    }
  });
  const actual = await listen(server, port);
  return { url: `http://127.0.0.1:${actual}`, port: actual, close: () => close(server) };
}

/** Opens a server on this machine alone and gives its port. Throws a sentence if the port is taken. */
export function listen(server: net.Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new Error(`Port ${port} is in use by another program`) : error);
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port));
  });
}

export const html = (body: string, policy: string): Answer => ({
  headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
  body,
});

export const json = (value: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(value, null, 2),
});

export const notFound: Answer = { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'Not found\n' };

/** Makes text safe to stand in HTML, between tags and inside of quoted attributes. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character]!);
}

function close(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
