import type { Writable } from 'node:stream';
import { writableTo } from './writable-to.ts';

/** Lines on their way out of the process. Nothing here throws, and nobody waits but in `flush`. */
export interface LineStream {
  /** The line, with its line break; it is lost when too many wait, or when nobody is there to take it. */
  write(line: string): void;
  /**
   * Calls back when every line has left the process or is lost: what a reader has not taken after two seconds is given up, and so is
   * whatever comes later, or the process would wait for that reader. Without a callback it does nothing: lines are never held back.
   */
  flush(done?: () => void): void;
}

export interface LineStreamOptions {
  /** 1 is stdout, 2 stderr; a path is appended to. */
  readonly destination: number | string;
  /** Called for lines that are lost; `begins` when those before them were not. */
  readonly onLost?: (lines: number, begins: boolean) => void;
  /** Called when lines leave the process again, with the number of those that were lost since the last time. */
  readonly onRecovered?: (lost: number) => void;
}

// a reader that has stopped reading costs at most this much memory; at 2 KB a record it is some 8,000 records
const MAX_WAITING_CHARACTERS = 16 * 1024 * 1024;

// what is written at once: a pipe of Linux holds as much
const CHUNK_CHARACTERS = 64 * 1024;

// what a flush may wait for a reader that has stopped reading: a pod that is being stopped has better things to do
const FLUSH_WITHIN_MS = 2_000;

// a disk that is full or a reader that is gone may come back
const PAUSE_AFTER_ERROR_MS = 1_000;

/** Lines are handed over at once and written in the background, those that wait together. */
export function lineStream({ destination, onLost = () => {}, onRecovered = () => {} }: LineStreamOptions): LineStream {
  let stream: Writable | undefined;
  let pausing = false;
  let waiting: string[] = [];
  let characters = 0;
  let isWriting = false;
  let lost = 0;
  let settled: (() => void)[] = [];

  const lose = (lines: number): void => {
    if (lines === 0) return;
    const begins = lost === 0;
    lost += lines;
    onLost(lines, begins);
  };

  function settle(): void {
    const calls = settled;
    settled = [];
    for (const call of calls) call();
  }

  /** What waits is lost. */
  function giveUp(): void {
    const lines = waiting.length;
    waiting = [];
    characters = 0;
    isWriting = false;
    stream?.destroy();
    stream = undefined;
    lose(lines);
    settle();
  }

  function onError(): void {
    pausing = true;
    setTimeout(() => {
      pausing = false;
    }, PAUSE_AFTER_ERROR_MS).unref();
    giveUp();
  }

  function opened(): Writable | undefined {
    if (stream !== undefined || pausing) return stream;
    try {
      const made = writableTo(destination);
      // of one that was given up nothing is of interest any more
      made.on('error', () => made === stream && onError());
      stream = made;
    } catch {
      onError();
    }
    return stream;
  }

  function onWritten(lines: number, written: number): void {
    waiting.splice(0, lines);
    characters -= written;
    isWriting = false;
    if (lost > 0 && characters < MAX_WAITING_CHARACTERS / 2) {
      const told = lost;
      lost = 0;
      onRecovered(told);
    }
    writeOn();
  }

  function writeOn(): void {
    if (isWriting) return;
    if (waiting.length === 0) {
      settle();
      return;
    }
    const to = opened();
    if (to === undefined) {
      giveUp();
      return;
    }
    let lines = 0;
    let text = '';
    while (lines < waiting.length && text.length < CHUNK_CHARACTERS) text += waiting[lines++];
    isWriting = true;
    to.write(text, (error) => {
      if (!error && to === stream) onWritten(lines, text.length);
    });
  }

  return {
    write(line) {
      if (pausing || characters + line.length > MAX_WAITING_CHARACTERS) {
        lose(1);
        return;
      }
      waiting.push(line);
      characters += line.length;
      writeOn();
    },
    flush(done) {
      if (done === undefined) return;
      if (waiting.length === 0) {
        done();
        return;
      }
      const late = setTimeout(() => {
        pausing = true;
        giveUp();
      }, FLUSH_WITHIN_MS);
      settled.push(() => {
        clearTimeout(late);
        done();
      });
    },
  };
}
