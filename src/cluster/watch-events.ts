import { ApiError } from './api-error.ts';
import { ACCEPT_PARTIAL_OBJECT, type ObjectMetadata } from './object-metadata.ts';
import type { KubeTransport } from './transport.ts';

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: ObjectMetadata }
  | { readonly type: 'BOOKMARK'; readonly object: { readonly resourceVersion: string } };

/** The watch sent something that is not a watch event. */
export class GarbledWatch extends Error {}

/** Nothing came for longer than the API server is ever silent. */
export class SilentWatch extends Error {}

export interface WatchRequest {
  readonly path: string;
  /** Without it everything is watched. */
  readonly labelSelector?: string | undefined;
  /** Such as `metadata.name=NAME`: a right that names its objects only holds for a watch that does too. */
  readonly fieldSelector?: string | undefined;
  readonly resourceVersion: string;
  /** After this many seconds the API server ends the watch by itself. */
  readonly timeoutSeconds: number;
  /** A watch on which nothing comes for so long is given up. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
}

// an object is at most 3 MiB on the wire (MaxRequestBodyBytes of the API server), and metadata alone far less
const MAX_EVENT_BYTES = 4 * 1024 * 1024;

/**
 * The events of one watch until the API server ends it.
 * @throws ApiError (410: list again), ClusterUnreachable, GarbledWatch, SilentWatch, or an error of the socket
 */
export async function* watchEvents(transport: KubeTransport, request: WatchRequest): AsyncGenerator<WatchEvent> {
  const { path, labelSelector, fieldSelector, resourceVersion, timeoutSeconds, silenceMs, signal } = request;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(silentWatch(silenceMs)), silenceMs);
  const query = new URLSearchParams({
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion,
    timeoutSeconds: String(timeoutSeconds),
    ...(labelSelector && { labelSelector }),
    ...(fieldSelector && { fieldSelector }),
  });
  try {
    const response = await transport.open({
      method: 'GET',
      path: `${path}?${query}`,
      accept: ACCEPT_PARTIAL_OBJECT,
      signal: AbortSignal.any([signal, silence.signal]),
    });
    response.setEncoding('utf8');
    let rest = '';
    for await (const chunk of response) {
      timer.refresh();
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() as string;
      if (rest.length > MAX_EVENT_BYTES) throw new GarbledWatch('an event is longer than any object can be');
      for (const line of lines) if (line !== '') yield parseEvent(line);
    }
    if (rest !== '') throw new GarbledWatch('the watch ended in the middle of an event');
  } catch (error) {
    throw silence.signal.aborted ? silence.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

const silentWatch = (silenceMs: number) => new SilentWatch(`nothing came for ${silenceMs} ms`);

function parseEvent(line: string): WatchEvent {
  let event: {
    type?: unknown;
    object?: { metadata?: ObjectMetadata; code?: number; reason?: string; message?: string };
  };
  try {
    event = JSON.parse(line);
  } catch (cause) {
    throw new GarbledWatch(`a line of the watch is not JSON: ${(cause as Error).message}`, { cause });
  }
  const { type, object } = event ?? {};
  if (type === 'ERROR')
    throw new ApiError(object?.code ?? 500, object?.reason ?? '', object?.message ?? 'the watch failed');
  const metadata = object?.metadata;
  if (type === 'BOOKMARK' && typeof metadata?.resourceVersion === 'string')
    return { type, object: { resourceVersion: metadata.resourceVersion } };
  if ((type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') && typeof metadata?.name === 'string')
    return { type, object: metadata };
  throw new GarbledWatch(`a line of the watch is no watch event: ${line.slice(0, 100)}`);
}
