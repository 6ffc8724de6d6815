import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Container } from '@kubernetes/client-node';
import { runInContainer } from './exec.ts';
import { httpStatus } from './probe.ts';

// the kubelet waits for ever; the hook of a container that ends is over anyway
const LONG_MS = 24 * 60 * 60 * 1000;

/**
 * Runs what a container does when it has begun. Resolves with whether it went well: as for the kubelet, a command has to end with 0, and any
 * answer to a GET is one.
 */
export async function postStart(spec: V1Container, pid: number, podIp: string): Promise<boolean> {
  const { exec, httpGet, sleep: pause } = spec.lifecycle?.postStart ?? {};
  try {
    if (pause) await sleep(pause.seconds * 1000);
    if (exec) return (await runInContainer(pid, exec.command ?? [])).code === 0;
    if (httpGet) return (await httpStatus(httpGet, spec, podIp, LONG_MS)) > 0;
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs what a container does before it is told to end. As the kubelet: it counts against the grace period, and its failure stops
 * nothing.
 */
export async function preStop(spec: V1Container, pid: number, podIp: string, graceMs: number): Promise<void> {
  const hook = spec.lifecycle?.preStop;
  if (hook === undefined) return;
  const { exec, httpGet, sleep: pause } = hook;
  if (pause) await sleep(Math.min(pause.seconds * 1000, graceMs));
  if (exec) await runInContainer(pid, exec.command ?? [], { timeoutMs: graceMs }).catch(() => {});
  if (httpGet) await httpStatus(httpGet, spec, podIp, graceMs).catch(() => {});
}
