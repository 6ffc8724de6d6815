import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOfFile, sizeOfFile } from '../../src/cli/log/file-bytes.ts';
import { tellSummary } from '../../src/cli/told-summary.ts';
import { admit } from '../../src/core/admission/admit.ts';
import type { DecisionRecord } from '../../src/core/api/decision-record.ts';
import { EVERY_RECORD, type RecordFilter } from '../../src/core/records/record-filter.ts';
import { median } from './interleaved.ts';
import { ORDINARY, SILENT } from './reviews.ts';
import { benchSnapshot } from './snapshot.ts';

/** Records of a log that are summed up, a second: from the file to the sums, on one core. */
export interface AuditFigure {
  readonly name: string;
  readonly lineBytes: number;
  /** Of processor time, all threads of the process together. */
  readonly recordsPerCpuSecond: number;
  /** By the clock, and so for jq, in turn with it. */
  readonly recordsPerSecond: number;
  readonly jqPerSecond: number;
  readonly ratio: number;
}

const RECORDS = 100_000;
const ROUNDS = 7;
const NAMESPACES = 300;

/** What each side is asked; jq has to parse every record for either. */
const QUESTIONS: readonly { readonly name: string; readonly filter: RecordFilter; readonly jq: string }[] = [
  { name: '--summary, each parsed', filter: EVERY_RECORD, jq: 'select(.verdict == "deny") | .recordId' },
  {
    name: '--summary -n, told by bytes',
    filter: { ...EVERY_RECORD, namespaces: ['squad-7'] },
    jq: 'select(.namespace == "squad-7" and .verdict == "deny") | .recordId',
  },
];

/** Measures `audit --summary` in turn with `jq` on the same file. Needs jq. */
export async function measureAudit(): Promise<AuditFigure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-bench-'));
  try {
    const file = join(folder, 'records.log');
    await writeLog(file);
    const lineBytes = Math.round((await stat(file)).size / RECORDS);
    const figures: AuditFigure[] = [];
    for (const { name, filter, jq } of QUESTIONS) {
      const rounds: { readonly cpu: number; readonly own: number; readonly other: number }[] = [];
      // the first makes the compiler’s acquaintance
      await summed(file, filter);
      for (let round = 0; round < ROUNDS; round += 1) {
        const own = await summed(file, filter);
        rounds.push({ ...own, other: await asked(jq, file) });
      }
      figures.push({
        ...{ name, lineBytes },
        recordsPerCpuSecond: RECORDS / median(rounds.map(({ cpu }) => cpu)),
        recordsPerSecond: RECORDS / median(rounds.map(({ own }) => own)),
        jqPerSecond: RECORDS / median(rounds.map(({ other }) => other)),
        ratio: median(rounds.map(({ own, other }) => other / own)),
      });
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Seconds of the clock and of the processor. */
async function summed(file: string, filter: RecordFilter): Promise<{ readonly own: number; readonly cpu: number }> {
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const nothing = () => {};
  const environment = {
    ...{ stdout: nothing, stderr: nothing, stdoutTaken: async () => {}, readBytes: bytesOfFile, sizeOf: sizeOfFile },
    ...{ now: () => new Date(), interactive: false, colour: false, columns: 100 },
  };
  const { read } = await tellSummary({ files: [file], filter, output: 'json' }, environment);
  if (read !== RECORDS) throw new Error(`${read} of ${RECORDS} lines were read`);
  const { user, system } = process.cpuUsage(cpuBefore);
  return { own: (performance.now() - start) / 1e3, cpu: (user + system) / 1e6 };
}

async function asked(question: string, file: string): Promise<number> {
  const start = performance.now();
  const [code] = await once(spawn('jq', ['-c', question, file], { stdio: 'ignore' }), 'close');
  if (code !== 0) throw new Error(`jq ended with ${code}`);
  return (performance.now() - start) / 1e3;
}

/** Pods that ask and pods that do not, of many namespaces, over a week. */
async function writeLog(path: string): Promise<void> {
  const records = ([ORDINARY, SILENT] as const).map(({ bytes }, index): DecisionRecord => {
    const call = { hook: index === 0 ? 'inject' : 'warn', now: new Date(0), caller: 'Unauthenticated' } as const;
    const admission = admit(JSON.parse(bytes.toString('utf8')), benchSnapshot(1), call);
    if (admission.kind !== 'answered' || admission.record === undefined) throw new Error('a review left no record');
    return admission.record;
  });
  const [first, ...others] = records;
  if (first === undefined) throw new Error('there is no record');
  const file = await open(path, 'w');
  const weekMs = 7 * 86_400_000;
  for (let at = 0; at < RECORDS; at += 1000) {
    const lines = Array.from({ length: 1000 }, (_, index) => {
      const number = at + index;
      const record = number % 2 === 0 ? first : (others[0] ?? first);
      const time = new Date(Date.UTC(2026, 10, 1) + Math.floor((number * weekMs) / RECORDS)).toISOString();
      const id = Math.imul(number, 0x9e3779b1) >>> 0;
      const own = { uid: `7f3c7a3e-${id}`, recordId: id.toString(16).padStart(16, '0'), time };
      return JSON.stringify({ ...record, ...own, namespace: `squad-${number % NAMESPACES}`, durationMicroseconds: 99 });
    });
    await file.write(`${lines.join('\n')}\n`);
  }
  await file.close();
}
