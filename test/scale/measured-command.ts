import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cpuMicroseconds } from '../bench/process-usage.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const EVERY_MS = 50;

/** What one command took. */
export interface CommandCost {
  readonly command: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The most that was resident. */
  readonly megabytes: number;
  readonly exit: number;
}

/** Runs a command of the program from source, as somebody would, and looks at what it takes. */
export async function measuredCommand(args: readonly string[], shown: string): Promise<CommandCost> {
  const began = performance.now();
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: 'ignore' });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? -1));
  });
  let exit: number | undefined;
  void ended.then((code) => {
    exit = code;
  });
  let [bytes, cpu] = [0, 0];
  while (exit === undefined) {
    const [status, micros] = await Promise.all([
      readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => ''),
      cpuMicroseconds(child.pid ?? 0).catch(() => 0),
    ]);
    bytes = Math.max(bytes, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024);
    cpu = Math.max(cpu, micros);
    await Promise.race([ended, sleep(EVERY_MS)]);
  }
  return {
    command: shown,
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: cpu / 1e6,
    megabytes: bytes / 1e6,
    exit,
  };
}
