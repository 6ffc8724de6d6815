import { createHash } from 'node:crypto';
import type { KubeTransport } from '../transport.ts';
import { mayRead, type ReadRight } from './access-review.ts';
import { FairTurns } from './fair-turns.ts';
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
// one page asks by one token; more new ones come from one address where somebody tries them
const TOKENS = { mostAtOnce: 32, mostOfOne: 4, mostWaitingOfOne: 64 };
const RIGHTS = { mostAtOnce: 64, mostOfOne: 16, mostWaitingOfOne: 1_000 };
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
    const times = { yesMs: keptMs, noMs: Math.min(keptMs, REFUSED_KEPT_MS), elapsedMs };
    this.#readers = new KeptAnswers({ ...times, most: MOST_READERS, turns: new FairTurns(TOKENS) });
    this.#rights = new KeptAnswers({ ...times, most: MOST_RIGHTS, turns: new FairTurns(RIGHTS) });
  }

  /**
   * Whose a token is; undefined when the API server does not accept it. Tokens themselves are not kept. Whoever was accepted before has turns of
   * their own; other tokens have those of the address that they come from, so that many made-up ones keep out nobody from elsewhere.
   * @param from an address
   * @throws ApiError, ClusterUnreachable, TimeoutError, TooManyAtOnce
   */
  readerOf(token: string, from: string): Promise<Reader | undefined> {
    const key = sha256(token);
    const known = this.#readers.lastYes(key);
    const who = known === undefined ? `from ${from}` : `reader ${known.username}`;
    return this.#readers.ask(key, who, () => readerOf(this.#transport, token));
  }

  /** Whether somebody has a right. Rejects as `readerOf` does. */
  may(reader: Reader, right: ReadRight): Promise<boolean> {
    const { group, resource, namespace } = right;
    const key = sha256(JSON.stringify([reader, group, resource, namespace]));
    return this.#rights.ask(key, reader.username, () => mayRead(this.#transport, reader, right));
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
