import { isUtf8 } from 'node:buffer';
import type { Problem } from '../../core/problem/problem.ts';
import type { RecordFacts } from '../../core/records/record-facts.ts';
import { LineFilter } from '../../core/records/scan/line-filter.ts';
import type { Needles } from '../../core/records/scan/needles.ts';
import { RecordScanner } from '../../core/records/scan/record-scanner.ts';
import { endOfText, type LineBlock, tooLong } from './line-blocks.ts';
import type { LineCounter } from './line-counts.ts';
import { startOfJson } from './line-prefix.ts';
import { parsedLine } from './parsed-line.ts';

/**
 * Takes what a line tells of a record, whose time is `ms` in milliseconds since 1970. Facts and text are good for this call only.
 * @param json makes a copy of the whole record’s text
 */
export type TakeRecord = (facts: RecordFacts, ms: number, json: () => Buffer) => void;

// where a replica’s clock is this far ahead, its certificates and leases fail as well
const CLOCK_SKEW_MS = 5 * 60_000;

const LINE_FEED = 0x0a;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const ZERO = 0x30;
const NINE = 0x39;

const EVENT = Buffer.from('{"kind":"Event","apiVersion":"audit.k8s.io/v1"');
const OF_HOOKS = Buffer.from('.pillion.io/');

/** Reads the lines of one log, in blocks, and tells what it finds. What has to be kept of a record has to be taken at once. */
export class LineReader {
  readonly #file: string;
  readonly #counter: LineCounter;
  readonly #take: TakeRecord;
  readonly #now: () => Date;
  readonly #filter: LineFilter | undefined;
  readonly #hookEvents = new LineFilter([[OF_HOOKS]]);
  readonly #scanner = new RecordScanner();
  #latestMs = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  #line = 0;

  constructor(file: string, counter: LineCounter, needles: readonly Needles[], now: () => Date, take: TakeRecord) {
    this.#file = file;
    this.#counter = counter;
    this.#filter = needles.length > 0 ? new LineFilter(needles) : undefined;
    this.#now = now;
    this.#take = take;
  }

  /** How many lines were read. */
  get line(): number {
    return this.#line;
  }

  /** The time of the last record that was found, but for those of a time to come; of none, before all. */
  get lastMs(): number {
    return this.#lastMs;
  }

  read(block: LineBlock): void {
    this.#latestMs = this.#now().getTime() + CLOCK_SKEW_MS;
    if (block.kind === 'lines') this.#readLines(block.bytes, block.start, block.end);
    else this.#passOver(block.length);
  }

  #passOver(length: number): void {
    this.#line += 1;
    this.#counter.read += 1;
    this.#broken(tooLong(length));
  }

  #readLines(bytes: Buffer, first: number, end: number): void {
    this.#filter?.startBlock();
    this.#hookEvents.startBlock();
    const isText = isUtf8(bytes.subarray(first, end));
    for (let start = first; start < end; ) {
      const lineBreak = bytes.indexOf(LINE_FEED, start);
      this.#line += 1;
      this.#readLine(bytes, start, lineBreak, isText);
      start = lineBreak + 1;
    }
  }

  #readLine(bytes: Buffer, start: number, lineBreak: number, blockIsText: boolean): void {
    const end = endOfText(bytes, start, lineBreak);
    if (end === start) return;
    this.#counter.read += 1;
    const isText = blockIsText || isUtf8(bytes.subarray(start, end));
    if (
      this.#filter !== undefined &&
      isText &&
      looksWhole(bytes, start, end) &&
      !this.#filter.mayHold(bytes, start, end)
    ) {
      this.#counter.passedUnread += 1;
      return;
    }
    const json = startOfJson(bytes, start, end);
    if (isText && this.#scanner.scan(bytes, json, end))
      this.#found(this.#scanner, this.#scanner.ms, () => Buffer.from(bytes.subarray(json, end)));
    else if (this.#isEventWithoutHooks(bytes, json, end)) this.#counter.foreign += 1;
    else this.#readSlowly(bytes.subarray(json, end));
  }

  /** Most events of an audit log are about requests of which no hook was told; they need not be parsed. */
  #isEventWithoutHooks = (bytes: Buffer, start: number, end: number): boolean =>
    bytes[end - 1] === CLOSE &&
    EVENT.equals(bytes.subarray(start, start + EVENT.length)) &&
    !this.#hookEvents.mayHold(bytes, start, end);

  #readSlowly(line: Buffer): void {
    const { records, problems } = parsedLine(line);
    for (const problem of problems) this.#broken(problem);
    for (const record of records)
      this.#found(record, Date.parse(record.time), () => Buffer.from(JSON.stringify(record)));
    if (records.length === 0 && problems.length === 0) this.#counter.foreign += 1;
  }

  #found(facts: RecordFacts, ms: number, json: () => Buffer): void {
    this.#counter.records += 1;
    if (ms > this.#latestMs) {
      const message = `is a record of ${new Date(ms).toISOString()}, which is yet to come: a clock is wrong`;
      this.#counter.addAhead({ file: this.#file, line: this.#line, path: '/time', message });
    } else this.#lastMs = ms;
    this.#take(facts, ms, json);
  }

  #broken(problem: Problem): void {
    this.#counter.addBroken({ file: this.#file, line: this.#line, ...problem });
  }
}

/** Whether a line has the ends of one that was written to its end: of an object, with or without what `kubectl logs` writes before it. */
function looksWhole(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start] ?? 0;
  return bytes[end - 1] === CLOSE && (first === OPEN || first === OPEN_LIST || (first >= ZERO && first <= NINE));
}
