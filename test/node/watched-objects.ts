import { request } from 'node:https';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlPlane } from '../controlplane/control-plane.ts';
import type { ClusterCalls } from './cluster-calls.ts';

const AGAIN_AFTER_MS = 200;

interface Stored {
  readonly metadata?: { readonly uid?: string };
}

/** Who is told of the objects of a list. */
export interface ObjectListener<T extends Stored> {
  /** The object is there, or has changed. */
  seen(object: T): void;
  /** The object with this uid is no longer stored. */
  gone(uid: string): void;
}

/** Follows the objects at a path until the signal ends it; when the API server was away it lists them again. */
export async function watchObjects<T extends Stored>(
  controlPlane: ControlPlane,
  calls: ClusterCalls,
  path: string,
  listener: ObjectListener<T>,
  signal: AbortSignal,
): Promise<void> {
  const known = new Set<string>();
  while (!signal.aborted) {
    try {
      const list = (await calls.call('GET', path)) as unknown as List<T>;
      const there = new Set(list.items.map(uidOf));
      for (const uid of known) if (!there.has(uid)) forget(uid, known, listener);
      for (const object of list.items) notice(object, known, listener);
      const from = `${path}?watch=1&resourceVersion=${list.metadata.resourceVersion}`;
      for await (const { type, object } of changes<T>(controlPlane, from, signal)) {
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

interface List<T> {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly T[];
}

interface Change<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'ERROR';
  readonly object: T;
}

const uidOf = (object: Stored): string => object.metadata?.uid ?? '';

function notice<T extends Stored>(object: T, known: Set<string>, listener: ObjectListener<T>): void {
  known.add(uidOf(object));
  listener.seen(object);
}

function forget<T extends Stored>(uid: string, known: Set<string>, listener: ObjectListener<T>): void {
  known.delete(uid);
  listener.gone(uid);
}

async function* changes<T>(
  { url, ca, tokens }: ControlPlane,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<Change<T>> {
  const headers = { authorization: `Bearer ${tokens.admin}` };
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    request(new URL(path, url), { ca, headers, agent: false, signal }, resolve).on('error', reject).end();
  });
  for await (const line of createInterface({ input: response })) yield JSON.parse(line) as Change<T>;
}
