import pino from 'pino';
import { type DecisionRecord, RECORD_SCHEMA } from '../core/api/decision-record.ts';
import { GELF_VERSION, gelfFields } from './gelf.ts';
import { lineStream } from './line-stream.ts';

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
  /** Called when records were lost; `begins` when those before them were not. */
  readonly onDropped: (records: number, begins: boolean) => void;
  /** Called when records are written again, with the number of those that were lost. */
  readonly onRecovered?: (lost: number) => void;
}

/** One line a record, written in the background. */
export function streamSink({ format, host, destination, onDropped, onRecovered }: StreamSinkOptions): RecordSink {
  const stream = lineStream({ destination, onLost: onDropped, ...(onRecovered && { onRecovered }) });
  // pino begins every line with its level object, which must not be empty: the field that is always the same takes its place
  const first = format === 'gelf' ? { version: GELF_VERSION } : { schema: RECORD_SCHEMA };
  const lines = pino({ base: null, timestamp: false, formatters: { level: () => first } }, stream);
  return {
    write(record) {
      const { schema: _, ...fields } = record;
      lines.info(format === 'gelf' ? gelfFields(record, host) : fields);
    },
    flush: () => new Promise((resolve) => stream.flush(resolve)),
  };
}
