import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { checkServerIdentity } from 'node:tls';
import type { HeldDecision } from '../../core/dashboard/feed/feed-ring.ts';
import { fieldsOf } from '../../core/json/fields-of.ts';
import { isObject } from '../../core/json/is-object.ts';
import { boundedText } from '../prometheus/bounded-text.ts';

/** Where another replica serves its dashboard. */
export interface PeerAddress {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** What another replica remembers. */
export interface PeerFeed {
  readonly run: string;
  readonly entries: readonly HeldDecision[];
  /** Whether there is more than this. */
  readonly more: boolean;
}

/** By what a replica proves itself, and how we prove who we are. */
export interface PeerTrust {
  /** PEM certificates. */
  readonly authority: string;
  /** The name that the certificate has to carry, such as that of the Service. */
  readonly name: string;
  readonly token: string;
}

/** Another replica did not answer as it should. */
export class PeerNotReached extends Error {}

// it answers from its memory
const CALL_WITHIN_MS = 3_000;

/** Asks other replicas over connections that are kept. */
export class PeerCalls {
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 1 });

  close(): void {
    this.#agent.destroy();
  }

  /**
   * What another replica decided after this. The token is sent once its certificate is verified, under the authority and the name.
   * @throws PeerNotReached
   */
  async feedOf({ host, port }: PeerAddress, path: string, { authority, name, token }: PeerTrust): Promise<PeerFeed> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const call = request(
        {
          ...{ agent: this.#agent, host, port, path, method: 'GET', ca: authority },
          // the address of a pod is in no certificate
          checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
          headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
          signal: AbortSignal.timeout(CALL_WITHIN_MS),
        },
        resolve,
      );
      call.on('error', (cause) => reject(new PeerNotReached(cause.message, { cause })));
      call.end();
    });
    const text = await boundedText(response).catch((cause: Error) => {
      throw new PeerNotReached(cause.message, { cause });
    });
    if (response.statusCode !== 200) throw new PeerNotReached(`it answered with ${response.statusCode}`);
    return peerFeed(text);
  }
}

function peerFeed(text: string): PeerFeed {
  const { run, entries, more } = fieldsOf(parsed(text));
  if (typeof run !== 'string' || !/^[0-9a-z]{1,32}$/.test(run) || !Array.isArray(entries))
    throw new PeerNotReached('its answer is not one of Pillion');
  return { run, entries: entries.filter(isHeld), more: more === true };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PeerNotReached('its answer is no JSON');
  }
}

// a newer replica may write fields into a record that are not known here
const isHeld = (entry: unknown): entry is HeldDecision =>
  isObject(entry) &&
  Number.isSafeInteger(entry.sequence) &&
  typeof entry.atMs === 'number' &&
  isObject(entry.record) &&
  typeof entry.record.namespace === 'string' &&
  isObject(entry.record.policy);
