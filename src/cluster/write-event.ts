import { createHash } from 'node:crypto';
import { ApiError } from './api-error.ts';
import type { KubeTransport } from './transport.ts';

/** Something that is told about an object, where `kubectl describe` shows it. */
export interface WrittenEvent {
  readonly namespace: string;
  readonly about: { readonly apiVersion: string; readonly kind: string; readonly name: string; readonly uid: string };
  readonly type: 'Normal' | 'Warning';
  /** In CamelCase, as Kubernetes writes reasons. */
  readonly reason: string;
  /** What was done, likewise. */
  readonly action: string;
  readonly note: string;
  /** The part of Pillion that tells it, such as `scan`. */
  readonly part: string;
  /** The name of this replica. */
  readonly replica: string;
  readonly now: Date;
  /** Another Event about the object with the same text is not written while this one stands. */
  readonly only: string;
}

const CALL_WITHIN_MS = 10_000;
// in bytes; the API server takes no longer ones
const LONGEST_NOTE = 1_024;
const LONGEST_NAME = 253;
const DIGITS = 16;

/**
 * Writes an Event. Its name comes from what makes it the only one of its kind, so that the API server refuses a second one, whichever replica
 * writes it.
 * @returns `known` when it stands already
 * @throws ApiError, ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function writeEvent(
  transport: KubeTransport,
  { namespace, about, type, reason, action, note, part, replica, now, only }: WrittenEvent,
  signal?: AbortSignal,
): Promise<'written' | 'known'> {
  const digest = createHash('sha256')
    .update(JSON.stringify([about.uid, only]))
    .digest('hex');
  const event = {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: `${about.name.slice(0, LONGEST_NAME - DIGITS - 1)}.${digest.slice(0, DIGITS)}`, namespace },
    // in microseconds
    eventTime: now.toISOString().replace('Z', '000Z'),
    ...{ type, action, reason, note: cutTo(note, LONGEST_NOTE) },
    regarding: { ...about, namespace },
    reportingController: `pillion.io/${part}`,
    reportingInstance: replica,
  };
  const within = AbortSignal.timeout(CALL_WITHIN_MS);
  try {
    const response = await transport.open({
      method: 'POST',
      path: `/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/events`,
      body: JSON.stringify(event),
      signal: signal === undefined ? within : AbortSignal.any([signal, within]),
    });
    response.resume();
    return 'written';
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return 'known';
    throw error;
  }
}

/** So much of a text as fits, without half a sign at its end. */
const cutTo = (text: string, bytes: number): string =>
  Buffer.from(text)
    .subarray(0, bytes)
    .toString('utf8')
    .replace(/\ufffd$/, '');
