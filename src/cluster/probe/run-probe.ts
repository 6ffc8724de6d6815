import { setTimeout as sleep } from 'node:timers/promises';
import { CANNOT_START } from '../../core/kubernetes/cannot-start.ts';
import { PROBE_CONTAINER } from '../../core/verification/probe-pod.ts';
import { type ProbeEnding, readProbeEnding } from '../../core/verification/probe-report.ts';
import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';
import { createPod, deletePod, type PodObject, type PodStatus } from './probe-calls.ts';

/** A pod that probes. */
export interface ProbeRun {
  readonly namespace: string;
  /** Chosen by the caller, so that the pod can be deleted also where the answer to its creation was lost. */
  readonly name: string;
  readonly manifest: object;
  readonly withinMs: number;
  readonly signal: AbortSignal;
  /** Called when the pod could not be deleted, with why. */
  readonly onLeft: (cause: Error) => void;
}

const EVERY_MS = 500;

/** Why a container will not start; everything else that it waits for passes. */
const NEVER_STARTS: ReadonlySet<string> = new Set([...CANNOT_START, 'ErrImagePull']);

/**
 * Creates a probe’s pod, waits for what it saw, and deletes it, whatever happens.
 * @returns what it saw, or why it did not
 * @throws ApiError, ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function runProbe(transport: KubeTransport, run: ProbeRun): Promise<ProbeEnding> {
  const { namespace, name, manifest, signal } = run;
  try {
    await createPod(transport, namespace, manifest, signal, { dryRun: false });
    return await ending(transport, run);
  } finally {
    await deletePod(transport, namespace, name).catch(run.onLeft);
  }
}

async function ending(transport: KubeTransport, run: ProbeRun): Promise<ProbeEnding> {
  const { namespace, name, withinMs, signal } = run;
  const overMs = performance.now() + withinMs;
  for (;;) {
    const pod = await readJson<PodObject>(transport, `/api/v1/namespaces/${namespace}/pods/${name}`, signal);
    if (pod === undefined) return { problem: `somebody deleted the pod ${name}` };
    const ended = endOf(pod.status ?? {});
    if (ended !== undefined) return ended;
    if (performance.now() > overMs)
      return { problem: `the pod ${name} did not end within ${withinMs / 1_000} s: ${waitsFor(pod.status ?? {})}` };
    await sleep(EVERY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** How it ended; undefined while it may still begin or goes on. */
function endOf({ phase, reason, message, initContainerStatuses = [], containerStatuses = [] }: PodStatus) {
  const ended = containerStatuses.find(({ name }) => name === PROBE_CONTAINER)?.state?.terminated;
  if (ended) {
    const { exitCode, reason: how = '', message: text = '' } = ended;
    return (
      readProbeEnding(text) ?? {
        problem: `its program ended with ${exitCode} (${how}) and no report; is the image one of this version of Pillion? It said: ${text}`,
      }
    );
  }
  if (phase === 'Failed') return { problem: `the pod has failed: ${[reason, message].filter(Boolean).join(': ')}` };
  for (const { name, state } of [...initContainerStatuses, ...containerStatuses]) {
    const waiting = state?.waiting;
    if (waiting?.reason !== undefined && NEVER_STARTS.has(waiting.reason))
      return { problem: `the container ${name} does not start: ${waiting.reason}: ${waiting.message ?? ''}` };
  }
  return undefined;
}

/** What a pod that does not come to its end waits for, as far as its status tells. */
function waitsFor({ phase = 'Pending', conditions = [], initContainerStatuses = [] }: PodStatus): string {
  const waiting = initContainerStatuses.find(({ state }) => state?.waiting)?.name;
  const unmet = conditions.find(({ status, message }) => status === 'False' && message !== undefined);
  return [phase, unmet?.message, waiting && `the container ${waiting} has not started`].filter(Boolean).join('; ');
}
