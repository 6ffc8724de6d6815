import type { Refusal } from '../../core/dashboard/document.ts';

/** Why something could not be shown, and what to do about it. */
export interface Trouble {
  readonly what: string;
  readonly next: string;
  /** What the server said, in its own words. */
  readonly said?: string;
  /** The token was not accepted: nothing else will be until there is a new one. */
  readonly isToken?: true;
  /** A right for the whole cluster is missing, which other pages do not need. */
  readonly isRight?: boolean;
  /** It passes by itself: the page asks again. */
  readonly isPassing?: true;
}

const BY_STATUS = new Map<number, Omit<Trouble, 'said'>>([
  [
    401,
    {
      what: 'Your token has expired or is not accepted.',
      next: 'End `pillion dashboard` in your terminal and start it again; it opens the page with a fresh token. What is shown here stays until then.',
      isToken: true,
    },
  ],
  [
    403,
    {
      what: 'You may not read this.',
      next: 'Ask who runs the cluster for the right that is named here.',
    },
  ],
  [404, { what: 'This is not there.', next: 'It may have been deleted, or be spelled otherwise: look in the list.' }],
  [
    413,
    { what: 'This is too large to be sent.', next: 'Leave out documents that have nothing to do with the question.' },
  ],
  [429, { what: 'Too many questions at once.', next: 'Wait a moment, then try again.', isPassing: true }],
  [503, { what: 'The server is not ready to answer this.', next: 'Wait a moment, then try again.', isPassing: true }],
  [507, { what: 'This takes more than the server has.', next: 'Raise the limit of its memory, then try again.' }],
]);

/**
 * What an answer with an error means for the reader. The server’s own advice comes before ours.
 * @param byNamespace whether the answer would have been of the namespaces that the reader sees
 */
export function troubleOf(status: number, body: unknown, byNamespace: boolean): Trouble {
  const known = BY_STATUS.get(status) ?? {
    what: `The server answered with the error ${status}.`,
    next: 'Try again; if it stays, look into the log of Pillion.',
  };
  const { message, next }: Partial<Refusal> = typeof body === 'object' && body !== null ? body : {};
  return {
    ...known,
    isRight: status === 403 && !byNamespace,
    ...(typeof message === 'string' ? { said: message } : {}),
    ...(typeof next === 'string' && next !== '' ? { next } : {}),
  };
}

export const OFFLINE: Trouble = {
  what: 'The server does not answer.',
  next: 'See whether `pillion dashboard` still runs in your terminal and the cluster can be reached, then try again.',
};

export const UNREADABLE: Trouble = {
  what: 'The answer is not what this page expects.',
  next: 'Load the page again: the server may have been updated meanwhile.',
};

/** Thrown by the calls of the API. */
export class ApiTrouble extends Error {
  readonly trouble: Trouble;
  constructor(trouble: Trouble) {
    super(trouble.what);
    this.name = 'ApiTrouble';
    this.trouble = trouble;
  }
}
