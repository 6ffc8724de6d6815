import { readdir, readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const SIGNAL = 'SIGUSR2';
/** What is told first of a process that is on its way out. */
export const EXITING = 'it has begun to exit';
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
 * @returns a line for each timer, process and connection; for a process that has begun to exit what each of its threads waits in
 */
export async function openHandles(pid: number, report: string): Promise<readonly string[]> {
  // Node takes its handlers away when it exits, and the signal would end it
  if (!(await handlesSignal(pid))) return [EXITING, ...(await threadsOf(pid))];
  try {
    process.kill(pid, SIGNAL);
  } catch {
    return ['nothing any more: it has ended'];
  }
  const until = Date.now() + WRITTEN_WITHIN_MS;
  while (Date.now() < until) {
    await sleep(POLL_MS);
    const handles = await readFile(report, 'utf8').then(handlesOf, () => undefined);
    if (handles !== undefined) return handles.filter(holds).map(told);
  }
  return [`unknown: no report came within ${WRITTEN_WITHIN_MS / 1000} s`];
}

/** From the mask of signals that the process handles: proc_pid_status(5). */
async function handlesSignal(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, mask = '0'] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status) ?? [];
  return ((BigInt(`0x${mask}`) >> BigInt(constants.signals[SIGNAL] - 1)) & 1n) === 1n;
}

/** Name and place in the kernel of each thread, as far as they can be read. */
async function threadsOf(pid: number): Promise<readonly string[]> {
  const folder = `/proc/${pid}/task`;
  const read = (path: string) => readFile(path, 'utf8').catch(() => '?');
  const ids = await readdir(folder).catch(() => []);
  return await Promise.all(
    ids.map(async (id) => {
      const [name, place] = await Promise.all([read(`${folder}/${id}/comm`), read(`${folder}/${id}/wchan`)]);
      return `${name.trim()} in ${place.trim()}`;
    }),
  );
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
