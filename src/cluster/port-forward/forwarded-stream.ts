import { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';

/** What the kubelet says when it could not connect to the port, or lost it. */
export class PortNotForwarded extends Error {
  constructor(said: string, cause?: unknown) {
    super(said, { cause });
    this.name = 'PortNotForwarded';
  }
}

// each frame begins with a byte that says which channel it is of: handleWebSocketStreams in k8s.io/cri-streaming
const DATA = 0;
const ERROR = 1;
// what a channel begins with: the number of the port
const PORT_BYTES = 2;

// load balancers end connections on which nothing moves for a minute, the shortest of the common ones
const ALIVE_EVERY_MS = 25_000;

/** The bytes of one forwarded connection over its WebSocket. The socket must be open; it ends with the stream. */
export class ForwardedStream extends Duplex {
  readonly #socket: WebSocket;
  readonly #alive: NodeJS.Timeout;
  #heard = true;
  #said = '';
  // by channel
  readonly #toSkip: [number, number] = [PORT_BYTES, PORT_BYTES];

  constructor(socket: WebSocket) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    socket.on('message', (frame) => this.#take(bytesOf(frame)));
    socket.on('pong', () => {
      this.#heard = true;
    });
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.#closed());
    this.#alive = setInterval(() => this.#stayAlive(), ALIVE_EVERY_MS).unref();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    // what the other side ends takes nothing any more; why, is known when it has ended
    if (this.#socket.readyState === this.#socket.CLOSING) return void this.#socket.once('close', () => done());
    this.#socket.send(Buffer.concat([Buffer.of(DATA), chunk]), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.close();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.#alive);
    this.#socket.terminate();
    done(error);
  }

  #take(frame: Buffer): void {
    this.#heard = true;
    const channel = frame[0] === DATA ? DATA : frame[0] === ERROR ? ERROR : undefined;
    if (channel === undefined) return;
    const skipped = Math.min(this.#toSkip[channel], frame.length - 1);
    this.#toSkip[channel] -= skipped;
    const bytes = frame.subarray(1 + skipped);
    if (bytes.length === 0) return;
    if (channel === ERROR) this.#said += bytes.toString('utf8');
    else if (!this.push(bytes)) this.#socket.pause();
  }

  #closed(): void {
    if (this.#said !== '') this.destroy(new PortNotForwarded(this.#said));
    else {
      clearInterval(this.#alive);
      this.push(null);
    }
  }

  #stayAlive(): void {
    // a reader that is slow holds up the answers as well
    if (!this.#heard && !this.#socket.isPaused) return void this.destroy(new Error('the API server went silent'));
    this.#heard = false;
    this.#socket.ping();
  }
}

const bytesOf = (frame: RawData): Buffer =>
  Array.isArray(frame) ? Buffer.concat(frame) : frame instanceof ArrayBuffer ? Buffer.from(frame) : frame;
