import type { Readable } from 'node:stream';
import { type Refusal, tooLarge, tooManyBytesInFlight, tooSlow } from './refusal.ts';

/** A whole body, a refusal, or the news that the caller has gone. */
export type Received = { readonly bytes: Buffer } | { readonly refusal: Refusal } | 'aborted';

export interface ReceiveLimits {
  readonly maxReviewBytes: number;
  readonly maxReceivingBytes: number;
  readonly receiveMs: number;
}

/** Receives request bodies within limits that hold for each one and for all of them together. */
export class Receiver {
  readonly #limits: ReceiveLimits;
  #receivingBytes = 0;

  constructor(limits: ReceiveLimits) {
    this.#limits = limits;
  }

  /** Reads `stream` to its end and calls `done` once. `declaredBytes` is the Content-Length, NaN when there is none. */
  receive(stream: Readable, declaredBytes: number, done: (received: Received) => void): void {
    const { maxReviewBytes, receiveMs } = this.#limits;
    if (declaredBytes > maxReviewBytes) {
      done({ refusal: tooLarge(maxReviewBytes) });
      return;
    }
    const chunks: Buffer[] = [];
    let length = 0;

    const finish = (received: Received) => {
      clearTimeout(deadline);
      stream.removeListener('data', onData);
      stream.removeListener('end', onEnd);
      stream.removeListener('close', onClose);
      this.#receivingBytes -= length;
      done(received);
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      this.#receivingBytes += chunk.length;
      if (length > maxReviewBytes) return finish({ refusal: tooLarge(maxReviewBytes) });
      if (this.#receivingBytes > this.#limits.maxReceivingBytes) return finish({ refusal: tooManyBytesInFlight });
      chunks.push(chunk);
    };
    const onEnd = () => {
      // in Node 24 an HTTP/2 stream that the caller resets ends first as if it were complete
      if (length !== declaredBytes && !Number.isNaN(declaredBytes)) finish('aborted');
      else finish({ bytes: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length) });
    };
    const onClose = () => finish('aborted');

    const deadline = setTimeout(() => finish({ refusal: tooSlow(receiveMs) }), receiveMs);
    stream.on('data', onData);
    stream.on('end', onEnd);
    stream.on('close', onClose);
    stream.on('error', ignoreError);
  }
}

// every error of a request stream is followed by its close, which is what counts
const ignoreError = () => {};
