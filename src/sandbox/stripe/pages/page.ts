import { createHash } from 'node:crypto';
import type { Response } from 'express';
import { type Html, html } from './html.ts';
import { style } from './style.ts';

const styleHash = createHash('sha256').update(style).digest('base64');
/** Nothing but our own style runs here. Forms may lead on to wherever the shop wants its payer back. */
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`;

/** Sends a page in the simulator's frame, which says on top that no money moves. */
export function sendPage(response: Response, status: number, page: { title: string; body: Html; isWide?: boolean }): void {
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${page.title}</title>
<style>${{ markup: style }}</style>
</head>
<body>
<header class="notice">Simulated payment page · test cards only, no real money moves</header>
<main class="${page.isWide ? 'wide' : 'narrow'}">${page.body}</main>
</body>
</html>`;
  response
    .status(status)
    .set('Content-Security-Policy', policy)
    .set('Cache-Control', 'no-store')
    .set('Referrer-Policy', 'no-referrer');
  response.type('html').send(markup);
}

/** A page that only says something, with a way on. */
export function sendWord(
  response: Response,
  status: number,
  word: { title: string; text: string; link?: { href: string; text: string } | null },
): void {
  const link = word.link && html`<p><a href="${word.link.href}">${word.link.text}</a></p>`;
  sendPage(response, status, {
    title: word.title,
    body: html`<div class="panel"><h1>${word.title}</h1><p>${word.text}</p>${link}</div>`,
  });
}
