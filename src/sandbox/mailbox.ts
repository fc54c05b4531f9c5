import fs from 'node:fs';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { json as readJson } from 'node:stream/consumers';
import { type Answer, html, json, listen, notFound, serve } from './http.ts';
import { createFaults, type Faults, orderFaults } from './mailbox-faults.ts';
import { type Message, type Messages, openMessages } from './mailbox-messages.ts';
import { listPage, messagePage, pagePolicy, partPage, partPolicy } from './mailbox-page.ts';
import { createSmtpServer } from './mailbox-smtp.ts';

export type MailboxOptions = {
  /** Any free one unless set. */
  smtpPort?: number;
  /** Of the page that shows the mails; any free one unless set. */
  httpPort?: number;
  /** Keeps the mails between starts; in memory alone unless set. */
  stateFile?: string;
};

export type Mailbox = {
  /** Where mail is sent to. */
  smtpUrl: string;
  /** Where it can be read, by people (`/`) and by programs (`/messages?to=`). */
  url: string;
  /** The mails, newest last: all, or those to one address. */
  messages(to?: string): Message[];
  close(): Promise<void>;
};

type Room = { messages: Messages; faults: Faults };

const stylesheet = ['mailbox.css', 'mailbox-mail.css']
  .map((name) => fs.readFileSync(path.join(import.meta.dirname, name), 'utf8'))
  .join('');

/** Starts a mail server that delivers to nobody, and a page that shows what it was given. Throws if a port is taken. */
export async function startMailbox({ smtpPort = 0, httpPort = 0, stateFile }: MailboxOptions = {}): Promise<Mailbox> {
  const room = { messages: openMessages(stateFile), faults: createFaults() };
  const smtp = createSmtpServer(room.messages, room.faults);
  const pages = await serve(httpPort, (request) => answer(room, request));
  try {
    const port = await listen(smtp.server.server, smtpPort);
    return {
      smtpUrl: `smtp://127.0.0.1:${port}`,
      url: pages.url,
      messages: (to) => room.messages.list(to),
      close: async () => {
        smtp.destroy();
        await Promise.all([pages.close(), new Promise<void>((resolve) => smtp.server.close(resolve))]);
      },
    };
  } catch (error) {
    await pages.close();
    throw error;
  }
}

async function answer({ messages, faults }: Room, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://mailbox');
  const to = url.searchParams.get('to') ?? '';
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  switch (`${method} ${url.pathname}`) {
    case 'GET /':
      return html(listPage(messages.list(to).reverse(), to), pagePolicy);
    case 'GET /mailbox.css':
      return { headers: { 'content-type': 'text/css; charset=utf-8' }, body: stylesheet };
    case 'GET /messages':
      return json(messages.list(to));
    case 'DELETE /messages':
      messages.clear();
      return { status: 204, headers: {}, body: '' };
    case 'POST /_mailbox/empty': // the page's own form: HTML has no DELETE
      messages.clear();
      return { status: 303, headers: { location: '/' }, body: '' };
    case 'GET /_mailbox/faults':
      return json(faults.state());
    case 'POST /_mailbox/faults':
      return orderFrom(faults, request);
    default:
      return method === 'GET' ? answerMessage(messages, url.pathname) : notFound;
  }
}

async function orderFrom(faults: Faults, request: IncomingMessage): Promise<Answer> {
  try {
    orderFaults(faults, await readJson(request));
    return json(faults.state());
  } catch (error) {
    return json({ error: (error as Error).message }, 400);
  }
}

/** `/messages/{id}`, its HTML part alone at `…/html`, and its files at `…/attachments/{n}`. */
function answerMessage(messages: Messages, pathname: string): Answer {
  const [, room, id = '', part, index] = pathname.split('/');
  const message = room === 'messages' ? messages.find(id) : undefined;
  if (!message) {
    return notFound;
  }
  if (part === undefined) {
    return html(messagePage(message), pagePolicy);
  }
  if (part === 'html' && message.html) {
    return html(partPage(message), partPolicy);
  }
  const attachment = part === 'attachments' ? message.attachments[Number(index)] : undefined;
  return attachment ? toDownload(attachment) : notFound;
}

function toDownload({ filename, content_type, base64 }: Message['attachments'][number]): Answer {
  const name = encodeURIComponent(filename).replaceAll(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  return {
    headers: {
      'content-type': /^[\w.+-]+\/[\w.+-]+$/.test(content_type) ? content_type : 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${name}`,
      'content-security-policy': "default-src 'none'; sandbox",
    },
    body: Buffer.from(base64, 'base64'),
  };
}
