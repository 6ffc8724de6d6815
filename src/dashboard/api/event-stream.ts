import { fetched } from './call.ts';

/** One event of a stream: where to go on after it, and what it says; the first one says only where the stream begins. */
export interface StreamEvent {
  readonly id: string;
  readonly data: string | undefined;
}

/**
 * Reads server-sent events until the stream ends. EventSource would do, but for two things: it does not tell an expired token from a server
 * that is away, and it cannot begin where another stream ended.
 * @param after the id of the last event that is known; the server goes on behind it
 * @param onOpen told once the server began to answer
 * @returns when the server ended the stream; rejects with ApiTrouble, or as the network does when it breaks
 */
export async function readEvents(
  address: string,
  after: string | undefined,
  signal: AbortSignal,
  onOpen: () => void,
  onEvent: (event: StreamEvent) => void,
): Promise<void> {
  const headers = { accept: 'text/event-stream', ...(after === undefined ? {} : { 'last-event-id': after }) };
  const { body } = await fetched('decisionStream', address, { headers, signal, cache: 'no-store' });
  onOpen();
  if (body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = eventOf(block);
      if (event !== undefined) onEvent(event);
    }
  }
}

/** A block of lines as an event; undefined for a comment that keeps the line open. */
function eventOf(block: string): StreamEvent | undefined {
  let id = '';
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field = '', value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === 'id') id = value;
    if (field === 'data') data.push(value);
  }
  if (data.length > 0) return { id, data: data.join('\n') };
  return id === '' ? undefined : { id, data: undefined };
}
