import { request } from 'node:https';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import type { ControlPlane } from '../controlplane/control-plane.ts';
import type { ClusterCalls } from './cluster-calls.ts';

const AGAIN_AFTER_MS = 200;

/** Who is told of the pods of a namespace. */
export interface PodListener {
  /** The pod is there, or has changed. */
  seen(pod: V1Pod): void;
  /** The pod with this uid is no longer stored. */
  gone(uid: string): void;
}

/** Follows the pods of a namespace until the signal ends it; when the API server was away it lists them again. */
export async function watchPods(
  controlPlane: ControlPlane,
  calls: ClusterCalls,
  namespace: string,
  listener: PodListener,
  signal: AbortSignal,
): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const known = new Set<string>();
  while (!signal.aborted) {
    try {
      const list = (await calls.call('GET', path)) as unknown as PodList;
      const there = new Set(list.items.map(uidOf));
      for (const uid of known) if (!there.has(uid)) forget(uid, known, listener);
      for (const pod of list.items) notice(pod, known, listener);
      const from = `${path}?watch=1&resourceVersion=${list.metadata.resourceVersion}`;
      for await (const { type, object } of changes(controlPlane, from, signal)) {
        // too old a version: everything is listed again
        if (type === 'ERROR') break;
        if (type === 'DELETED') forget(uidOf(object), known, listener);
        else notice(object, known, listener);
      }
    } catch {
      // the API server is away, which the next round finds out
    }
    await sleep(AGAIN_AFTER_MS, undefined, { signal }).catch(() => {});
  }
}

interface PodList {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly V1Pod[];
}

interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'ERROR';
  readonly object: V1Pod;
}

const uidOf = (pod: V1Pod): string => pod.metadata?.uid ?? '';

function notice(pod: V1Pod, known: Set<string>, listener: PodListener): void {
  known.add(uidOf(pod));
  listener.seen(pod);
}

function forget(uid: string, known: Set<string>, listener: PodListener): void {
  known.delete(uid);
  listener.gone(uid);
}

async function* changes({ url, ca, tokens }: ControlPlane, path: string, signal: AbortSignal): AsyncGenerator<Change> {
  const headers = { authorization: `Bearer ${tokens.admin}` };
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    request(new URL(path, url), { ca, headers, agent: false, signal }, resolve).on('error', reject).end();
  });
  for await (const line of createInterface({ input: response })) yield JSON.parse(line) as Change;
}
