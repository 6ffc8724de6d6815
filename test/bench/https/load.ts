import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';

export interface LoadSize {
  readonly requests: number;
  readonly sessions: number;
  /** Requests at a time on each session. */
  readonly streams: number;
}

/** A few connections to one server, as the API servers of a cluster keep them. */
export interface Load {
  /** Sends the requests and resolves to how many were answered in a second. Rejects when one is not answered with 200. */
  run(size: Pick<LoadSize, 'requests' | 'streams'>): Promise<number>;
  close(): void;
}

export async function openLoad(
  target: { readonly port: number; readonly authority: string; readonly path: string; readonly body: Buffer },
  sessions: LoadSize['sessions'],
): Promise<Load> {
  const opened = Array.from({ length: sessions }, () =>
    connect(`https://localhost:${target.port}`, { ca: target.authority, settings: { initialWindowSize: 1 << 20 } }),
  );
  await Promise.all(opened.map((session) => once(session, 'connect')));
  return {
    async run({ requests, streams }) {
      let left = requests;
      const worker = async (session: ClientHttp2Session) => {
        while (left-- > 0) await post(session, target.path, target.body);
      };
      const start = performance.now();
      await Promise.all(opened.flatMap((session) => Array.from({ length: streams }, () => worker(session))));
      return requests / ((performance.now() - start) / 1000);
    },
    close() {
      for (const session of opened) session.close();
    },
  };
}

function post(session: ClientHttp2Session, path: string, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/json',
      'content-length': body.length,
    });
    let status = 0;
    stream.on('response', (headers) => {
      status = Number(headers[':status']);
    });
    stream.on('error', reject);
    stream.on('end', () => (status === 200 ? resolve() : reject(new Error(`${path} was answered with ${status}`))));
    stream.resume();
    stream.end(body);
  });
}
