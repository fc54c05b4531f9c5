import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** True if a process of this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line of a process on one line, without quotes; '' if it just ended. */
export function commandOf(pid: number): string {
  try {
    return readCommand(pid)
      .replaceAll(/["\r\n]/g, '')
      .trim();
  } catch {
    return '';
  }
}

function readCommand(pid: number): string {
  if (process.platform === 'linux') {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  }
  if (process.platform === 'win32') {
    const question = `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`;
    return execFileSync('powershell', ['-NoProfile', '-Command', question], { encoding: 'utf8' });
  }
  return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
}
