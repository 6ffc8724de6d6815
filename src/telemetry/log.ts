import pino, { type DestinationStream, type Logger } from 'pino';
import { lineStream } from './line-stream.ts';

/** The levels the program's own log can be set to, from quiet to talkative. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * The program's own log: one JSON line an event. It goes to stderr (the default destination), because stdout carries
 * nothing but decision records. Whoever reads it may be as slow as the reader of those, and holds nobody up either.
 */
export function createLog(level: LogLevel, destination: DestinationStream = lineStream({ destination: 2 })): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}

/** Resolves when everything that was logged has left the process, or cannot leave it any more. */
export const flushed = (log: Logger): Promise<void> => new Promise((resolve) => log.flush(() => resolve()));
