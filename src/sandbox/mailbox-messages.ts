import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { simpleParser } from 'mailparser';
import { now } from './clock.ts';

/** One mail as it arrived. `to` holds every recipient of the envelope, separated by ", "; a part that is not there is ''. */
export type Message = {
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  attachments: { filename: string; content_type: string; base64: string }[];
  /** By name in lower case; lines of the same name are joined by a line break. */
  headers: Record<string, string>;
  received_at: string;
};

/** The mails that came, oldest first. */
export type Messages = {
  /** All of them, or those to one address. */
  list(to?: string): Message[];
  find(id: string): Message | undefined;
  /** Keeps a message; on return it is in the file. */
  add(message: Message): void;
  clear(): void;
};

/** Keeps mails in memory and, if `stateFile` is given, one a line in that file, so that they survive a restart. */
export function openMessages(stateFile?: string): Messages {
  let messages: Message[] = stateFile ? readMessages(stateFile) : [];
  return {
    list: (to) => messages.filter((message) => !to || recipients(message).includes(to.trim().toLowerCase())),
    find: (id) => messages.find((message) => message.id === id),
    add: (message) => {
      messages.push(message);
      if (stateFile) {
        fs.mkdirSync(path.dirname(stateFile), { recursive: true });
        fs.appendFileSync(stateFile, `${JSON.stringify(message)}\n`);
      }
    },
    clear: () => {
      messages = [];
      if (stateFile) {
        fs.rmSync(stateFile, { force: true });
      }
    },
  };
}

/** Reads a raw mail; `to` are the recipients that the envelope named. */
export async function toMessage(raw: Buffer, to: string[]): Promise<Message> {
  const mail = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true });
  return {
    id: randomUUID(),
    to: to.join(', '),
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html || '',
    attachments: mail.attachments.map(({ filename, contentType, content }, index) => ({
      filename: filename ?? `attachment-${index + 1}`,
      content_type: contentType,
      base64: content.toString('base64'),
    })),
    headers: toHeaders(mail.headerLines),
    received_at: now().toISOString(),
  };
}

function toHeaders(lines: readonly { key: string; line: string }[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { key, line } of lines) {
    const value = line
      .slice(line.indexOf(':') + 1)
      .replaceAll(/\r?\n\s*/g, ' ')
      .trim();
    headers[key] = key in headers ? `${headers[key]}\n${value}` : value;
  }
  return headers;
}

function recipients(message: Message): string[] {
  return message.to.toLowerCase().split(', ');
}

/** A last line that a killed process left half written is dropped. */
function readMessages(file: string): Message[] {
  const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n') : [];
  const unfinished = lines.pop();
  const messages = lines.map((line) => JSON.parse(line) as Message);
  if (unfinished) {
    fs.writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  }
  return messages;
}
