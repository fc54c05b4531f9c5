import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { WidgetConfig } from '../../src/web/widget/config.ts';

const root = new URL('../../', import.meta.url);

/** A request that the widget made, in the order they came. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly cookie: string | undefined;
  readonly body: Record<string, unknown>;
}

/** What the stand-in answers. */
export type Reply = { status: number; body?: object; headers?: Record<string, string> };

/** A service that answers what it is told to, and a publisher's site with a strict content security policy at another origin. */
export interface StandIn {
  readonly service: string;
  readonly site: string;
  readonly asked: Asked[];
  config: WidgetConfig;
  /** Replies given once each before the usual one, by path. */
  readonly next: Map<string, Reply[]>;
  readonly close: () => Promise<unknown>;
}

/** The texts a reader of this locale gets. */
export function textsOf(locale: string): Record<string, string> {
  return JSON.parse(readFileSync(new URL(`src/texts/${locale}/widget.json`, root), 'utf8'));
}

/** A newsroom that asks in three currencies; `changes` go over it. */
export function configOf(locale: string, changes: Partial<WidgetConfig> = {}): WidgetConfig {
  const suggested = { once: [500, 1000, 2500], month: [300, 700, 1500], year: [3000, 6000, 12000] };
  const yen = { once: [500, 1000, 3000], month: [300, 500, 1000], year: [3000, 5000, 10000] };
  return {
    newsroom: { name: 'The Daily Example', homepage: 'http://localhost/front' },
    locale,
    direction: locale.startsWith('ar') ? 'rtl' : 'ltr',
    ask: true,
    demo: true,
    intervals: ['once', 'month', 'year'],
    currency: 'eur',
    currencies: [
      { code: 'eur', digits: 2, increment: 1, minimum: 50, maximum: 1_000_000, suggested, fee: { basis_points: 150, fixed: 25 } },
      { code: 'usd', digits: 2, increment: 1, minimum: 50, maximum: 1_000_000, suggested, fee: { basis_points: 290, fixed: 30 } },
      { code: 'jpy', digits: 0, increment: 1, minimum: 50, maximum: 1_000_000, suggested: yen, fee: null },
    ],
    texts: textsOf(locale),
    other_articles: [
      { title: 'How the river came back to the old town', url: 'http://localhost/river' },
      { title: 'Night trains: a map of what runs again, and what it costs', url: 'http://localhost/trains' },
      { title: 'A feed that lies', url: 'javascript:alert(1)' },
    ],
    links: { donate: 'http://localhost/donate', terms: 'http://localhost/terms', privacy: 'http://localhost/privacy' },
    newsletter: true,
    ...changes,
  };
}

/** Starts both servers with a freshly built widget. */
export async function startStandIn(): Promise<StandIn> {
  execFileSync(process.execPath, [fileURLToPath(new URL('scripts/build.mjs', root)), '--if-stale']);
  const standIn = { asked: [] as Asked[], next: new Map<string, Reply[]>(), config: configOf('en'), service: '', site: '' };
  const service = createServer((request, response) => void serve(standIn, request, response));
  const site = createServer((request, response) => servePublisher(standIn, request, response));
  standIn.service = await listen(service);
  standIn.site = await listen(site);
  const stop = (server: Server) => new Promise((done) => server.close(done).closeAllConnections());
  return Object.assign(standIn, { close: () => Promise.all([stop(service), stop(site)]) });
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type State = Omit<StandIn, 'close'>;

const crossOrigin = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, PUT, POST',
  'Access-Control-Allow-Headers': 'Content-Type, Idempotency-Key',
  'Access-Control-Expose-Headers': 'Retry-After',
};

async function serve(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', state.service).pathname;
  if (request.method === 'OPTIONS') {
    response.writeHead(204, crossOrigin).end();
  } else if (path === '/widget.js') {
    const script = readFileSync(new URL('dist/widget.js', root));
    response.writeHead(200, { ...crossOrigin, 'Content-Type': 'text/javascript' }).end(script);
  } else if (path === '/stay') {
    response.writeHead(204).end(); // a navigation that is answered so leaves the page where it is
  } else if (path === '/pay') {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>Pay</title><h1>Payment page</h1>');
  } else {
    const body = await readJson(request);
    const key = request.headers['idempotency-key']?.toString();
    state.asked.push({ method: request.method ?? '', path, key, cookie: request.headers.cookie, body });
    const reply = state.next.get(path)?.shift() ?? usualReply(state, path, body);
    const type = reply.status < 400 ? 'application/json' : 'application/problem+json';
    response
      .writeHead(reply.status, { ...crossOrigin, 'Content-Type': type, ...reply.headers })
      .end(JSON.stringify(reply.body ?? {}));
  }
}

function usualReply(state: State, path: string, body: Record<string, unknown>): Reply {
  switch (path) {
    case '/v1/widget-config':
      return { status: 200, body: state.config };
    case '/v1/votes':
      return { status: 200, body: { helpful: body.helpful, next: body.helpful ? 'give' : 'sorry' } };
    case '/v1/donations':
    case '/v1/subscriptions':
      return { status: 201, body: { id: 'don_1', status: 'pending', checkout_url: `${state.service}/pay` } };
    default:
      return path === '/v1/newsletter-signups' ? { status: 202, body: {} } : { status: 404 };
  }
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
}

const siteStyle = `
  :root { color-scheme: light dark; }
  body { max-width: 42rem; margin: 0 auto; padding: 1rem; font: 18px/1.6 Georgia, serif; }
  body.wide { max-width: 64rem; }
  gratis-ask { display: block; min-height: 272px; }
`;

function servePublisher(state: State, request: IncomingMessage, response: ServerResponse): void {
  if (request.url === '/site.css') {
    response.writeHead(200, { 'Content-Type': 'text/css' }).end(siteStyle);
    return;
  }
  const policy = `default-src 'none'; script-src ${state.service}; connect-src ${state.service}; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'`;
  const attributes = new URL(request.url ?? '/', state.site).searchParams.get('attributes') ?? '';
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy }).end(`<!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Article</title>
    <link rel="icon" href="data:,"><link rel="canonical" href="https://news.example/river?page=1"><link rel="stylesheet" href="/site.css">
    <script type="module" src="${state.service}/widget.js"></script></head>
    <body><main><h1>How the river came back</h1><p>For forty years nobody here had seen it. Then the pumps were switched off.</p>
    <gratis-ask article-id="a-17" article-title="How the river came back" section="Local" campaign="autumn" placement="end" ${attributes}>
    <a href="${state.service}/donate">Support our work</a></gratis-ask><p>More about this town.</p></main></body></html>`);
}
