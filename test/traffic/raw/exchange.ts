/** What a raw server sends after what it has read; without bytes it sends nothing. */
export interface Answer {
  readonly bytes?: string;
  readonly afterMs?: number;
  /** Whether it then ends the connection. */
  readonly end?: boolean;
}

/** What is sent byte for byte, and what the server answers to it. All bytes are latin1 strings. */
export interface Exchange {
  readonly name: string;
  /** One connection after another; on each, one request after another, each after the answer to the one before. */
  readonly clients: readonly (readonly string[])[];
  /** What the server sends to the first, second, … request on a connection; the last one also to those that follow. */
  readonly answers: readonly (Answer | string)[];
  /** The last bytes of a request, by which the server knows that it is complete; the end of the header unless told. */
  readonly requestEnds?: string;
  /** The last bytes of an answer, by which the client knows, or that it ends with its connection; `OK` unless told. */
  readonly answerEnds?: string | 'connection';
  /** How long the client waits between two requests on a connection. */
  readonly pauseMs?: number;
  /** How long after the last client the server counts what is open. */
  readonly settleMs?: number;
}

/** What each end saw. */
export interface Seen {
  readonly name: string;
  /** By connection of a client, what came back to each request; `(closed)` stands for an end of the connection. */
  readonly answers: readonly (readonly string[])[];
  /** By connection to the server, what arrived. */
  readonly arrived: readonly string[];
  /** Connections to the server that were still there after the clients had gone. */
  readonly leftOpen: number;
}
