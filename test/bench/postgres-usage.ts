import fs from 'node:fs';

const microsecondsATick = 10_000; // Linux gives process times in ticks of 10 ms

/** Microseconds of CPU that this Postgres and all processes it has or had used so far; undefined where the system does not tell. */
export function postgresCpu(pid: number): number | undefined {
  if (!fs.existsSync('/proc/self/stat')) return undefined;
  const own = timesOf(String(pid));
  const children = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name) && timesOf(name)?.parent === pid);
  const living = children.reduce((sum, child) => sum + (timesOf(child)?.own ?? 0), 0);
  return own && (own.own + own.ended + living) * microsecondsATick;
}

/** See proc_pid_stat(5): the fields after the name, which may hold anything, are counted from its closing bracket. */
function timesOf(pid: string): { parent: number; own: number; ended: number } | undefined {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return { parent: fields[1]!, own: fields[11]! + fields[12]!, ended: fields[13]! + fields[14]! };
  } catch {
    return undefined; // it has ended
  }
}
