import type { Asking, DashboardReply, DashboardRequest } from './dashboard-context.ts';
import type { DashboardLimits } from './limits.ts';
import { UnderWay } from './under-way.ts';

/** Bodies of questions on their way here: each is held whole, so they are few at a time and have to come soon. */
export class Receiving {
  readonly #bodies: UnderWay;
  readonly #withinMs: number;
  readonly #ends = new WeakMap<DashboardRequest, () => void>();

  constructor({ maxBodies, maxBodiesOfReader, receiveMs }: DashboardLimits) {
    this.#bodies = new UnderWay({ what: 'long questions', most: maxBodies, mostOfReader: maxBodiesOfReader });
    this.#withinMs = receiveMs;
  }

  /**
   * Call it before a body is read. One that does not come in its time is cut.
   * @throws Refused 429
   */
  begin({ reader }: Asking, request: DashboardRequest, reply: DashboardReply): void {
    const over = this.#bodies.begin(reader.username);
    const patience = setTimeout(() => cut(request, reply), this.#withinMs);
    const end = () => {
      clearTimeout(patience);
      over();
    };
    this.#ends.set(request, end);
    reply.raw.once('close', end);
  }

  /** Call it when the body is there. */
  end(request: DashboardRequest): void {
    this.#ends.get(request)?.();
  }
}

/** Over HTTP/2 it is the stream that ends, and the connection goes on. */
function cut({ raw: request }: DashboardRequest, { raw: reply }: DashboardReply): void {
  if (reply.stream !== undefined) reply.stream.destroy();
  else request.destroy();
}
