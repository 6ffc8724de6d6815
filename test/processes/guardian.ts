// A process of its own that owns what a test starts. It lives in its own session, so the terminal's Ctrl-C does not reach it or
// its children; its stdin is a pipe to the starter, and when that closes, for whatever reason, it ends them all.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Order, Reply } from './protocol.ts';

const SETPRIV = '/usr/bin/setpriv';

const children = new Map<number, { child: ChildProcess; graceMs: number }>();
const folder = await mkdtemp(join(tmpdir(), 'pillion-'));
let kept = false;
let ending = false;

const reply = (message: Reply) => {
  if (process.stdout.writable) process.stdout.write(`${JSON.stringify(message)}\n`);
};

// a guardian that is killed outright cannot end anything: on Linux the kernel does
function endingWithUs(command: string, args: readonly string[]): [string, readonly string[]] {
  return existsSync(SETPRIV) ? [SETPRIV, ['--pdeathsig', 'KILL', '--', command, ...args]] : [command, args];
}

function start(order: Extract<Order, { do: 'start' }>): void {
  const log = openSync(order.log, 'a');
  // its own process group, so that what it starts itself ends with it
  const child = spawn(...endingWithUs(order.command, order.args), {
    cwd: order.cwd ?? folder,
    env: { ...process.env, ...order.env },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  child.on('error', (error) => reply({ id: order.id, event: 'failed', message: error.message }));
  if (child.pid === undefined) return;
  children.set(order.id, { child, graceMs: order.graceMs });
  reply({ id: order.id, event: 'started', pid: child.pid });
  child.on('exit', (code, signal) => {
    children.delete(order.id);
    reply({ id: order.id, event: 'exited', code, signal });
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // the group has ended meanwhile
  }
}

function end({ child, graceMs }: { child: ChildProcess; graceMs: number }): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
    child.on('exit', () => {
      clearTimeout(deadline);
      // what the child left behind in its group
      signalGroup(child, 'SIGKILL');
      resolve();
    });
    signalGroup(child, graceMs === 0 ? 'SIGKILL' : 'SIGTERM');
  });
}

async function endAll(): Promise<void> {
  if (ending) return;
  ending = true;
  await Promise.all([...children.values()].map(end));
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
}

function obey(order: Order): void {
  if (order.do === 'start' && !ending) start(order);
  if (order.do === 'keep') {
    kept = true;
    // whoever reads the starter's stderr through a pipe waits until nobody holds it any more
    closeSync(2);
    openSync('/dev/null', 'w');
    reply({ id: order.id, event: 'kept' });
  }
  if (order.do === 'stop') {
    const child = children.get(order.id);
    if (child !== undefined) void end(child);
  }
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void endAll());
process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack}\n`);
  void endAll();
});
// a starter that has gone cannot read replies any more
process.stdout.on('error', () => {});

reply({ id: 0, event: 'ready', folder });
createInterface({ input: process.stdin })
  .on('line', (line) => obey(JSON.parse(line) as Order))
  .on('close', () => {
    if (!kept) void endAll();
  });
// a kept guardian has no pipe left to wait for
setInterval(() => {}, 2 ** 30);
