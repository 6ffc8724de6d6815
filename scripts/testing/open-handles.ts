import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const SIGNAL = 'SIGUSR2';
const WRITTEN_WITHIN_MS = 5_000;
const POLL_MS = 100;

interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The fields that are read from each handle of a diagnostic report: https://nodejs.org/api/report.html */
interface Handle {
  readonly type: string;
  readonly is_active: boolean;
  readonly is_referenced?: boolean;
  readonly localEndpoint?: Endpoint | string | null;
  readonly remoteEndpoint?: Endpoint | string | null;
  readonly pid?: number;
  readonly firesInMsFromNow?: number;
}

/** Flags of Node with which a process can be asked what keeps it alive; the answer goes to `file` in `folder`. */
export const reportFlags = (folder: string, file: string): readonly string[] => [
  '--report-on-signal',
  `--report-signal=${SIGNAL}`,
  `--report-directory=${folder}`,
  `--report-filename=${file}`,
  // no names are looked up, and no environment is written
  '--report-exclude-network',
  '--report-exclude-env',
];

/**
 * Asks a process that was started with `reportFlags` what keeps it alive.
 * @param report the file that it writes
 * @returns a line for each timer, process and connection; one that says so where it does not answer
 */
export async function openHandles(pid: number, report: string): Promise<readonly string[]> {
  try {
    process.kill(pid, SIGNAL);
  } catch {
    return ['nothing any more: it was ending'];
  }
  const until = Date.now() + WRITTEN_WITHIN_MS;
  while (Date.now() < until) {
    await sleep(POLL_MS);
    const handles = await readFile(report, 'utf8').then(handlesOf, () => undefined);
    if (handles !== undefined) return handles.filter(holds).map(told);
  }
  return [`unknown: no report came within ${WRITTEN_WITHIN_MS / 1000} s`];
}

// half written, it does not parse
const handlesOf = (text: string): readonly Handle[] => (JSON.parse(text) as { readonly libuv: Handle[] }).libuv;

const holds = ({ type, is_active: isActive, is_referenced: isReferenced }: Handle): boolean =>
  isActive && isReferenced === true && type !== 'loop';

function told({ type, localEndpoint, remoteEndpoint, pid, firesInMsFromNow }: Handle): string {
  const ends = [localEndpoint, remoteEndpoint].filter((end) => end != null).map(placeOf);
  const due = firesInMsFromNow === undefined ? [] : [`due in ${firesInMsFromNow} ms`];
  return [type, ...(pid === undefined ? [] : [`${pid}`]), ends.join(' to '), ...due].filter((part) => part).join(' ');
}

const placeOf = (end: Endpoint | string): string => (typeof end === 'string' ? end : `${end.host}:${end.port}`);
