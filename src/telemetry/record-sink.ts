import pino from 'pino';
import { type DecisionRecord, RECORD_SCHEMA } from '../core/api/decision-record.ts';
import { GELF_VERSION, gelfFields } from './gelf.ts';

/** Where decision records go. A sink never throws and never makes its caller wait. */
export interface RecordSink {
  write(record: DecisionRecord): void;
  /** Resolves when everything written so far has left the process, or cannot leave it any more. */
  flush(): Promise<void>;
}

export const RECORD_FORMATS = ['json', 'gelf'] as const;
export type RecordFormat = (typeof RECORD_FORMATS)[number];

export interface StreamSinkOptions {
  readonly format: RecordFormat;
  /** The sender that GELF lines name. */
  readonly host: string;
  /** 1 is stdout; a path is appended to. */
  readonly destination: number | string;
  /** Called once for each record that was lost. */
  readonly onDropped: () => void;
}

// a reader that has stopped reading costs at most this much memory; at 2 KB a record it is some 8,000 records
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

// what a flush may wait for a reader that has stopped reading: a pod that is being stopped has better things to do
const FLUSH_WITHIN_MS = 2_000;

/** One line a record, written in the background: the record is handed over at once, and lines that wait are written together. */
export function streamSink({ format, host, destination, onDropped }: StreamSinkOptions): RecordSink {
  // a minimum of one byte makes SonicBoom's flush wait for a write that is under way; with 0 it returns at once
  const stream = pino.destination({ dest: destination, sync: false, minLength: 1, maxLength: MAX_BUFFERED_BYTES });
  // pino begins every line with its level object, which must not be empty: the field that is always the same takes its place
  const first = format === 'gelf' ? { version: GELF_VERSION } : { schema: RECORD_SCHEMA };
  const lines = pino({ base: null, timestamp: false, formatters: { level: () => first } }, stream);
  let readerGone = false;
  stream.on('drop', onDropped);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    readerGone ||= error.code === 'EPIPE';
    onDropped();
  });
  return {
    write(record) {
      if (readerGone) return onDropped();
      const { schema: _, ...fields } = record;
      lines.info(format === 'gelf' ? gelfFields(record, host) : fields);
    },
    flush: () =>
      new Promise((resolve) => {
        if (readerGone) return resolve();
        const giveUp = setTimeout(resolve, FLUSH_WITHIN_MS);
        stream.flush(() => {
          clearTimeout(giveUp);
          resolve();
        });
      }),
  };
}
