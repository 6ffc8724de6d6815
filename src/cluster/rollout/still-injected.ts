import { setTimeout as sleep } from 'node:timers/promises';
import { podOfWorkload } from '../../core/kubernetes/workload.ts';
import { ANNOTATIONS } from '../../core/sidecar/names.ts';
import { ApiError } from '../api-error.ts';
import { createPod } from '../probe/probe-calls.ts';
import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';
import { type PlannedRestart, pathOfWorkload } from './restart-plan.ts';

const CALL_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 500;
// each replica follows the cluster by itself, and the next call may reach another one
const CLEAN_ANSWERS = 3;

/**
 * Waits until a pod of the workload’s template gets no sidecar any more: replicas of Pillion, and the API server, learn of a closed stage a moment
 * later. Nothing is created: the pods are dry runs.
 * @returns why the workload is not to be restarted; undefined when it may be
 * @throws ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function stillInjected(
  transport: KubeTransport,
  workload: PlannedRestart,
  withinMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { kind, namespace, name } = workload;
  const object = await readJson<object>(transport, pathOfWorkload(workload) ?? '', signal);
  const template = object && podOfWorkload({ apiVersion: 'apps/v1', kind, ...object })?.pod;
  if (template === undefined) return undefined;
  let clean = 0;
  // a pod is refused as long as the API server holds the final state of before, while a replica leaves it alone already
  let refused: string | undefined;
  for (let left = Math.ceil(withinMs / LOOK_EVERY_MS); left > 0; left--) {
    const answer = await injectedByDryRun(transport, namespace, template, signal);
    refused = typeof answer === 'string' ? answer : undefined;
    clean = answer === false ? clean + 1 : 0;
    if (clean === CLEAN_ANSWERS) return undefined;
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
  return refused === undefined
    ? `pods of ${kind} ${name} still get a sidecar`
    : `cannot see whether pods of ${kind} ${name} still get a sidecar: ${refused}`;
}

async function injectedByDryRun(
  transport: KubeTransport,
  namespace: string,
  { metadata, spec }: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<boolean | string> {
  const made = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...(metadata as object), generateName: 'pillion-try-' },
    spec,
  };
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(CALL_WITHIN_MS)]);
    const { pod } = await createPod(transport, namespace, made, within, { dryRun: true });
    return pod.metadata.annotations?.[ANNOTATIONS.status] !== undefined;
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
}
