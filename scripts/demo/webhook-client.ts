import { connect } from 'node:http2';
import { text } from 'node:stream/consumers';

/** A connection as an API server keeps it: one HTTP/2 session over TLS that trusts one authority. */
export interface WebhookClient {
  /** Posts a review and returns the parsed answer. */
  post(path: string, review: object): Promise<{ readonly status: number; readonly body: unknown }>;
  close(): void;
}

export function webhookClient(origin: string, authority: string): WebhookClient {
  const session = connect(origin, { ca: authority });
  return {
    async post(path, review) {
      const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/json' });
      const status = new Promise<number>((resolve, reject) => {
        stream.once('response', (headers) => resolve(Number(headers[':status'])));
        stream.once('error', reject);
      });
      stream.end(JSON.stringify(review));
      const [code, body] = await Promise.all([status, text(stream)]);
      return { status: code, body: JSON.parse(body) };
    },
    close: () => session.close(),
  };
}
