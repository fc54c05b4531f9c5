import { escapeHtml } from './http.ts';
import type { Message } from './mailbox-messages.ts';

/** What the mailbox's own pages may load: their stylesheet and the frame that shows a mail. */
export const pagePolicy =
  "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** What a mail may do inside its frame: be dressed, show pictures that it brought along, and open links elsewhere. */
export const partPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; " +
  'sandbox allow-popups allow-popups-to-escape-sandbox';

const snippetLength = 140;

/** The mails as a list; `to` is the address it is narrowed to, or ''. */
export function listPage(messages: Message[], to: string): string {
  const empty = to
    ? `<p class="empty">No mail to ${escapeHtml(to)} yet. <a href="/">Show all mail</a></p>`
    : '<p class="empty">No mail yet. What the newsroom sends on this machine arrives here, and goes nowhere else.</p>';
  return page(
    'Mailbox',
    `<header class="top">
      <h1>Mailbox</h1>
      <form class="search" role="search">
        <label for="to">Mail to</label>
        <input id="to" name="to" type="search" value="${escapeHtml(to)}" placeholder="reader@example.com" autocomplete="off">
        <button>Show</button>
      </form>
    </header>
    ${messages.length > 0 ? `<ol class="mails">${messages.map(listItem).join('\n')}</ol>` : empty}
    <footer class="bottom">
      <p>${messages.length === 1 ? '1 mail' : `${messages.length} mails`}, newest first. <a href="/?to=${encodeURIComponent(to)}">Look again</a></p>
      ${messages.length > 0 && !to ? '<form method="post" action="/_mailbox/empty"><button class="quiet">Delete all mail</button></form>' : ''}
    </footer>`,
  );
}

/** One mail: as its reader sees it, as plain text, its files and its headers. */
export function messagePage(message: Message): string {
  const sender = decodeWords(message.headers.from ?? '');
  return page(
    message.subject || 'No subject',
    `<nav class="back"><a href="/">← All mail</a> <a href="/?to=${encodeURIComponent(message.to.split(', ')[0]!)}">Mail to this reader</a></nav>
    <article class="mail">
      <header>
        <h1 dir="auto">${escapeHtml(message.subject || 'No subject')}</h1>
        <dl class="facts">
          <div><dt>From</dt><dd dir="auto">${escapeHtml(sender)}</dd></div>
          <div><dt>To</dt><dd dir="auto">${escapeHtml(message.to)}</dd></div>
          <div><dt>Received</dt><dd>${time(message)}</dd></div>
        </dl>
        ${attachmentList(message)}
      </header>
      ${message.html ? htmlPart(message) : ''}
      <details class="part"${message.html ? '' : ' open'}>
        <summary>Plain text</summary>
        <pre dir="auto">${linkAddresses(message.text) || '(none)'}</pre>
      </details>
      <details class="part">
        <summary>Headers</summary>
        <dl class="headers">${Object.entries(message.headers).map(headerLine).join('\n')}</dl>
      </details>
    </article>`,
  );
}

/** The mail's HTML for its frame, where links open a page of their own. */
export function partPage(message: Message): string {
  return `<!doctype html><meta charset="utf-8"><base target="_blank">${message.html}`;
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escapeHtml(title)} · Demo mailbox</title>
    <link rel="stylesheet" href="/mailbox.css">
  </head>
  <body>
    <aside class="demo">Demo: these mails were kept on this machine and sent to nobody</aside>
    <main>${body}</main>
  </body>
</html>`;
}

function listItem(message: Message): string {
  const snippet = message.text.replaceAll(/\s+/g, ' ').trim().slice(0, snippetLength);
  const files = message.attachments.length;
  return `<li><a href="/messages/${message.id}">
    <span class="to">${escapeHtml(message.to)}</span> ${time(message)}
    <strong dir="auto">${escapeHtml(message.subject || 'No subject')}</strong>
    <span class="snippet" dir="auto">${escapeHtml(snippet)}</span>
    ${files > 0 ? `<span class="files">${files === 1 ? '1 file' : `${files} files`}</span>` : ''}
  </a></li>`;
}

function time({ received_at }: Message): string {
  const [day, clock = ''] = received_at.split('T');
  return `<time datetime="${received_at}">${day} ${clock.slice(0, 5)} UTC</time>`;
}

/** Without scripts a frame cannot grow with its mail: its height follows from how much text there is. */
function htmlPart({ id, html, text }: Message): string {
  const length = text.length || html.length / 3;
  const size = length > 1600 ? 'long' : length > 700 ? 'middling' : 'short';
  const rights = 'allow-popups allow-popups-to-escape-sandbox';
  return `<iframe class="${size}" src="/messages/${id}/html" sandbox="${rights}" title="The mail as its reader sees it"></iframe>`;
}

function attachmentList({ id, attachments }: Message): string {
  const items = attachments.map(({ filename, base64 }, index) => {
    const size = `${Math.max(1, Math.round((base64.length * 0.75) / 1024))} kB`;
    return `<li><a href="/messages/${id}/attachments/${index}" download><span dir="auto">${escapeHtml(filename)}</span> <small>${size}</small></a></li>`;
  });
  return items.length > 0 ? `<ul class="attachments" aria-label="Attachments">${items.join('\n')}</ul>` : '';
}

function headerLine([name, value]: [string, string]): string {
  return `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`;
}

function linkAddresses(text: string): string {
  return escapeHtml(text).replaceAll(/https?:\/\/(?:(?!&(?:lt|gt|quot|#39);)\S)+/g, (address) => {
    const end = /[.,;:!?)\]]*$/.exec(address)![0];
    const link = address.slice(0, address.length - end.length);
    return `<a href="${link}" target="_blank" rel="noreferrer">${link}</a>${end}`;
  });
}

/** A name in a header that is not plain ASCII comes as encoded words (RFC 2047): `=?UTF-8?Q?Zo=C3=AB?=`. */
function decodeWords(header: string): string {
  const joined = header.replaceAll(/\?=\s+=\?/g, '?==?');
  return joined.replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_word, kind: string, text: string) => {
    if (kind.toLowerCase() === 'b') {
      return Buffer.from(text, 'base64').toString();
    }
    const bytes = text
      .replaceAll('_', ' ')
      .replaceAll(/=([0-9a-f]{2})/gi, (_byte, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString();
  });
}
