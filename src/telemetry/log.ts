import pino, { type DestinationStream, type Logger } from 'pino';

/** The levels the program's own log can be set to, from quiet to talkative. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * The program's own log: one JSON line an event. It goes to stderr (the default destination), because stdout carries
 * nothing but decision records.
 */
export function createLog(level: LogLevel, destination: DestinationStream = pino.destination({ fd: 2 })): Logger {
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
