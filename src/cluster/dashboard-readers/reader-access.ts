import { createHash } from 'node:crypto';
import type { KubeTransport } from '../transport.ts';
import { mayRead, type ReadRight } from './access-review.ts';
import { KeptAnswers } from './kept-answers.ts';
import { type Reader, readerOf } from './token-review.ts';

export interface ReaderAccessOptions {
  readonly transport: KubeTransport;
  readonly elapsedMs: () => number;
  /** For how long an answer of the API server is used. */
  readonly keptMs?: number;
}

// what is taken away ends within so long
const KEPT_MS = 30_000;
// a token that is refused may be valid soon: one that was made a moment ago, on another API server
const REFUSED_KEPT_MS = 5_000;
const MOST_READERS = 1_000;
const MOST_RIGHTS = 20_000;
const MOST_TOKENS_AT_ONCE = 32;
const MOST_RIGHTS_AT_ONCE = 256;
const TURNS = 16;
/** In so many namespaces somebody is asked for one by one; in a larger cluster they have to be named. */
export const MOST_NAMESPACES_ASKED = 2_000;

/** Who reads and what they may, as the API server says. Answers are used for a short time, so that a page costs few calls. */
export class ReaderAccess {
  readonly #transport: KubeTransport;
  readonly #readers: KeptAnswers<Reader | undefined>;
  readonly #rights: KeptAnswers<boolean>;

  constructor({ transport, elapsedMs, keptMs = KEPT_MS }: ReaderAccessOptions) {
    this.#transport = transport;
    const refusedMs = Math.min(keptMs, REFUSED_KEPT_MS);
    const forMs = (answer: unknown) => (answer ? keptMs : refusedMs);
    this.#readers = new KeptAnswers<Reader | undefined>({
      forMs,
      most: MOST_READERS,
      mostAtOnce: MOST_TOKENS_AT_ONCE,
      elapsedMs,
    });
    this.#rights = new KeptAnswers<boolean>({ forMs, most: MOST_RIGHTS, mostAtOnce: MOST_RIGHTS_AT_ONCE, elapsedMs });
  }

  /**
   * Whose a token is; undefined when the API server does not accept it. Tokens themselves are not kept.
   * @throws ApiError, ClusterUnreachable, TimeoutError, TooManyAtOnce
   */
  readerOf(token: string): Promise<Reader | undefined> {
    return this.#readers.ask(sha256(token), () => readerOf(this.#transport, token));
  }

  /** Whether somebody has a right. Rejects as `readerOf` does. */
  may(reader: Reader, right: ReadRight): Promise<boolean> {
    const { group, resource, namespace } = right;
    const key = sha256(JSON.stringify([reader, group, resource, namespace]));
    return this.#rights.ask(key, () => mayRead(this.#transport, reader, right));
  }

  /** The namespaces of these in which somebody may list pods. Rejects as `readerOf` does. */
  async visibleOf(reader: Reader, namespaces: readonly string[]): Promise<ReadonlySet<string>> {
    const visible = new Set<string>();
    const waiting = namespaces.values();
    const some = async () => {
      for (const namespace of waiting)
        if (await this.may(reader, { group: '', resource: 'pods', namespace })) visible.add(namespace);
    };
    await Promise.all(Array.from({ length: TURNS }, some));
    return visible;
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');
