import fs from 'node:fs';
import path from 'node:path';
import { commandOf, isAlive } from './processes.ts';

/**
 * Takes `dir` for one newsroom at a time; gives what to call when it is no longer used. Throws while another
 * process has it. A process that was killed has left it: an id that another program got since does not count.
 */
export function claimDataFolder(dir: string): () => void {
  fs.mkdirSync(dir, { recursive: true });
  const note = path.join(dir, 'in-use');
  const [pid, command] = fs.existsSync(note) ? fs.readFileSync(note, 'utf8').split('\n') : [];
  const holder = Number(pid);
  if (holder && holder !== process.pid && isAlive(holder) && commandOf(holder) === command) {
    throw new Error(`${dir} is in use by another newsroom (process ${holder}): stop it, or set DATA_DIR to another folder`);
  }
  fs.writeFileSync(note, `${process.pid}\n${commandOf(process.pid)}\n`);
  return () => fs.rmSync(note, { force: true });
}
