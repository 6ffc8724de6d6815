import { readFile } from 'node:fs/promises';

const CLOCK_TICK_MICROSECONDS = 10_000;

/** The memory that a process holds now. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

/** User and system time, which Linux tells in hundredths of a second. */
export async function cpuMicroseconds(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // the name of the program, in brackets, may hold spaces
  const [user = 0, system = 0] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) * CLOCK_TICK_MICROSECONDS;
}
