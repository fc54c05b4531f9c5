// What Postgres's own client needs for the same rows as a file: psql's \copy of the very SELECT that the export runs. Fair, because it
// is the straightest way from a table to a CSV file; nothing is counted, hashed or kept, and no HTTP is in between.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Resolves when the file is written; `select` on one line, as psql wants it. */
export async function copyWithPsql(databaseUrl: string, select: string, file: string): Promise<void> {
  const command = `\\copy (${select.replace(/\s+/g, ' ')}) to '${file}' (format csv, header true)`;
  const child = spawn('psql', [databaseUrl, '-X', '-q', '-c', command], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`psql ended with ${code}`);
}
