import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';

export interface LoadSize {
  readonly requests: number;
  readonly sessions: number;
  /** Requests at a time on each session. */
  readonly streams: number;
}

/** How a round of the load was answered. */
export interface Answered {
  readonly requestsPerSecond: number;
  /** Ninety-nine of a hundred requests were answered within this time, from sending to the last byte. */
  readonly p99Ms: number;
}

/** A few connections to one server, as the API servers of a cluster keep them. */
export interface Load {
  /** Sends the requests. Rejects when one is not answered with 200. */
  run(size: Pick<LoadSize, 'requests' | 'streams'>): Promise<Answered>;
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
      const took: number[] = [];
      const worker = async (session: ClientHttp2Session) => {
        while (left-- > 0) {
          const sent = performance.now();
          await post(session, target.path, target.body);
          took.push(performance.now() - sent);
        }
      };
      const start = performance.now();
      await Promise.all(opened.flatMap((session) => Array.from({ length: streams }, () => worker(session))));
      const requestsPerSecond = requests / ((performance.now() - start) / 1000);
      const p99Ms = took.toSorted((a, b) => a - b)[Math.ceil(took.length * 0.99) - 1] ?? Number.NaN;
      return { requestsPerSecond, p99Ms };
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
