import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Container } from '@kubernetes/client-node';
import { runInContainer } from './exec.ts';
import { isWell } from './probe.ts';

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
  if (httpGet) await isWell(httpGet, spec, podIp, graceMs).catch(() => {});
}
