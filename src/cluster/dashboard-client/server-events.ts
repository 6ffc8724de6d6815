import type { IncomingMessage } from 'node:http';

/** An event of a stream. */
export interface ServerEvent {
  readonly id: string;
  readonly data: string;
}

/** The events of an answer, as the HTML standard has them read (9.2.6), as they come; comments that keep it alive are none. */
export async function* eventsOf(response: IncomingMessage): AsyncGenerator<ServerEvent> {
  response.setEncoding('utf8');
  let rest = '';
  let id = '';
  let data: string[] = [];
  for await (const chunk of response) {
    const lines = (rest + (chunk as string)).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { id, data: data.join('\n') };
        data = [];
      } else {
        const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
        if (field === 'id') id = value;
        if (field === 'data') data.push(value);
      }
    }
  }
}
