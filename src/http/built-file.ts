import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import type { Answer } from './route.ts';

const folder = new URL('../../dist/', import.meta.url);
const contentTypes = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml' } as const;

type Built = { text: string; etag: string; changedAt: number };

const read = new Map<string, Promise<Built>>();

/** A file of the browser build, with an ETag of its contents. Throws an AppError `not-found` where it was not built. */
export async function builtFile(name: `${string}.${keyof typeof contentTypes}`): Promise<Answer> {
  const { text, etag } = await readBuilt(name);
  const kind = name.slice(name.lastIndexOf('.') + 1) as keyof typeof contentTypes;
  return { status: 200, text, headers: { 'Content-Type': contentTypes[kind], ETag: etag } };
}

/** Reads a file once for as long as it does not change: a new build is served without a new start. */
async function readBuilt(name: string): Promise<Built> {
  const file = new URL(name, folder);
  const found = await stat(file).catch(() => undefined);
  if (!found) {
    throw new AppError('not-found', 'The browser code has not been built.');
  }
  const known = await read.get(name);
  if (known?.changedAt === found.mtimeMs) {
    return known;
  }
  const fresh = readFile(file, 'utf8').then((text) => ({
    text,
    etag: `"${createHash('sha256').update(text).digest('base64url')}"`,
    changedAt: found.mtimeMs,
  }));
  read.set(name, fresh);
  fresh.catch(() => read.delete(name));
  return fresh;
}
