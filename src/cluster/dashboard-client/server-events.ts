import type { IncomingMessage } from 'node:http';

/** An event of a stream. */
export interface ServerEvent {
  /** Where to go on after it. */
  readonly id: string;
  /** Undefined where it only says where to go on. */
  readonly data: string | undefined;
}

/** The events of an answer, as the HTML standard has them read (9.2.6), as they come; comments that keep it alive are none. */
export async function* eventsOf(response: IncomingMessage): AsyncGenerator<ServerEvent> {
  response.setEncoding('utf8');
  let rest = '';
  let id = '';
  let told = '';
  let data: string[] = [];
  for await (const chunk of response) {
    const lines = (rest + (chunk as string)).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0 || id !== told) yield { id, data: data.length === 0 ? undefined : data.join('\n') };
        told = id;
        data = [];
      } else {
        const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
        if (field === 'id') id = value;
        if (field === 'data') data.push(value);
      }
    }
  }
}
