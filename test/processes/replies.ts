import type { ChildProcessByStdio } from 'node:child_process';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Reply } from './protocol.ts';

type Event = Reply['event'];
type ReplyTo<E extends Event> = Extract<Reply, { event: E }>;

/** What a guardian says, as promises that do not keep the starter alive unless they are held. */
export class Replies {
  readonly #waiting = new Map<string, { resolve(reply: Reply): void; reject(error: Error): void }>();
  readonly #pipe: Socket;
  #held = 0;

  constructor(guardian: ChildProcessByStdio<Writable, Readable, null>) {
    this.#pipe = guardian.stdout as Socket;
    createInterface({ input: guardian.stdout }).on('line', (line) => this.#deliver(JSON.parse(line) as Reply));
    guardian.stdin.on('error', () => {});
    guardian.on('exit', () => this.#fail());
    guardian.unref();
    (guardian.stdin as Socket).unref();
    this.#pipe.unref();
  }

  /** the reply, while the event loop is kept alive for it */
  next<E extends Event>(id: number, event: E): Promise<ReplyTo<E>> {
    return this.holding(this.later(id, event));
  }

  /** the reply, should the starter live to see it */
  later<E extends Event>(id: number, event: E): Promise<ReplyTo<E>> {
    const promise = new Promise<ReplyTo<E>>((resolve, reject) => {
      this.#waiting.set(`${id} ${event}`, { resolve: resolve as (reply: Reply) => void, reject });
    });
    promise.catch(() => {});
    return promise;
  }

  async holding<T>(promise: Promise<T>): Promise<T> {
    if (this.#held++ === 0) this.#pipe.ref();
    try {
      return await promise;
    } finally {
      if (--this.#held === 0) this.#pipe.unref();
    }
  }

  #deliver(reply: Reply): void {
    if (reply.event === 'failed') {
      this.#waiting.get(`${reply.id} started`)?.reject(new Error(`could not be started: ${reply.message}`));
      return;
    }
    const key = `${reply.id} ${reply.event}`;
    this.#waiting.get(key)?.resolve(reply);
    this.#waiting.delete(key);
  }

  #fail(): void {
    for (const [key, { resolve, reject }] of this.#waiting) {
      // its processes end with it: by itself, or by the kernel (setpriv --pdeathsig)
      if (key.endsWith(' exited')) resolve({ id: 0, event: 'exited', code: null, signal: 'SIGKILL' });
      else reject(new Error('the guardian of the test processes has ended: see its message above, then start again'));
    }
    this.#waiting.clear();
  }
}
