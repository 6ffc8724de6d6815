import { http2Caller } from './callers.ts';
import { responseIn } from './reviews.ts';
import { runningServer, type TestOptions, type TestServer } from './running-server.ts';

/** Sends the text of a review as an API server does that waits so long, a Go duration; resolves with the response of the answer. */
export type Post = (body: string, timeout?: string) => Promise<ReturnType<typeof responseIn>>;

/** Runs a server and an HTTP/2 caller of one of its paths for as long as they are used. */
export async function withServer(
  options: TestOptions,
  path: string,
  use: (server: TestServer, post: Post) => Promise<void>,
): Promise<void> {
  const server = await runningServer(options);
  const caller = http2Caller(server.url, server.authority);
  try {
    await use(server, async (body, timeout = '5s') =>
      responseIn((await caller.call(`${path}?timeout=${timeout}`, body)).text),
    );
  } finally {
    caller.close();
    await server.stop();
  }
}
