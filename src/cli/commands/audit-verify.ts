import { RECORD_SCHEMA } from '../../core/api/decision-record.ts';
import { isObject } from '../../core/json/is-object.ts';
import { Fault } from '../../core/problem/faults.ts';
import type { Problem } from '../../core/problem/problem.ts';
import { quoted } from '../../core/problem/quoted.ts';
import { type AuditEvent, auditEventOf, isAuditEvent } from '../../core/records/audit-event.ts';
import { isRecordSchema, otherVersion, readRecord } from '../../core/records/read-record.ts';
import { RecordVerifier, type Verification } from '../../core/records/verify/record-verifier.ts';
import { type BrokenLines, tellBroken } from '../broken-lines.ts';
import { eachJsonLine } from '../each-json-line.ts';
import type { Environment } from '../environment.ts';
import { structured } from '../output/structured.ts';
import { foundIn, judgedIn, notComparedTexts, verificationJson, verificationText } from '../output/verified-records.ts';
import { usage } from '../webhook-address.ts';

export interface AuditVerifyFlags {
  readonly records: string[];
  readonly auditLog: string[];
  readonly clockSkew: string;
  readonly strict: boolean;
  readonly output: 'human' | 'json';
}

/**
 * `pillion audit verify`: whether decision records tell what the audit log of the API server tells.
 * @returns 0 when they do, 1 when something is missing, extra or changed; PIL004 when nothing could be compared
 * @throws Fault PIL001, PIL003, PIL004
 */
export async function verifyRecords(flags: AuditVerifyFlags, environment: Environment): Promise<number> {
  const { output } = flags;
  const [records, audited] = [[...new Set(flags.records)], [...new Set(flags.auditLog)]];
  const fromStdin = [...records, ...audited].includes('-');
  if (fromStdin) throw usage('stdin cannot be read twice, which the audit log is: name files');
  const verifier = new RecordVerifier(skewMs(flags.clockSkew), { sameTime: flags.strict });
  const broken: BrokenLines[] = [];
  const eachEvent = async (use: (event: AuditEvent) => void): Promise<BrokenLines[]> => {
    const read: BrokenLines[] = [];
    for (const path of audited) read.push(await eachJsonLine(path, environment, (value) => takeEvent(value, use)));
    return read;
  };
  broken.push(...(await eachEvent((event) => verifier.noteEvent(event))));
  for (const path of records)
    broken.push(await eachJsonLine(path, environment, (value) => takeRecord(value, verifier)));
  await eachEvent((event) => verifier.judgeEvent(event));
  const { verification } = verifier;
  tellBroken(broken, environment);
  const nothing = nothingIn(verification, flags);
  if (nothing.length > 0) throw new Fault('PIL004', nothing);
  const text =
    output === 'json'
      ? structured(verificationJson(verification), 'json')
      : verificationText(verification, environment.colour);
  environment.stdout(text);
  if (judgedIn(verification) === 0) throw new Fault('PIL004', [nothingCompared(verification)]);
  return foundIn(verification) > 0 ? 1 : 0;
}

function nothingCompared({ notCompared }: Verification): Problem {
  const why = notComparedTexts(notCompared);
  const message = why.length === 0 ? 'the audit log tells of no answer of Pillion' : why.join('; ');
  return { path: '', message: `${message}: give records and an audit log of the same time` };
}

function skewMs(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds >= 0 && seconds <= 3600) return seconds * 1000;
  throw usage(`--clock-skew is ${quoted(text)}; accepted: seconds, from 0 to 3600`);
}

// lines of another kind, such as the log of the program itself, are passed over
function takeEvent(value: unknown, use: (event: AuditEvent) => void): Problem | undefined {
  if (isObject(value) && isAuditEvent(value)) use(auditEventOf(value));
  return undefined;
}

function takeRecord(value: unknown, verifier: RecordVerifier): Problem | undefined {
  if (!isObject(value)) return undefined;
  if (isRecordSchema(value._schema)) return AS_GELF;
  if (!isRecordSchema(value.schema)) return undefined;
  if (value.schema !== RECORD_SCHEMA) return otherVersion(value.schema);
  const read = readRecord(value);
  if ('problem' in read) return read.problem;
  verifier.noteRecord(read.record);
  return undefined;
}

const AS_GELF: Problem = {
  path: '',
  message: 'is a record as a GELF message, which has not all of it; take those of --record-format json',
};

function nothingIn({ records, audited }: Verification, { records: logs, auditLog }: AuditVerifyFlags): Problem[] {
  const absent = (files: readonly string[], what: string): Problem => ({
    path: '',
    message: `no ${what} in ${files.join(', ')}`,
  });
  return [
    ...(records.ends === undefined ? [absent(logs, 'decision record of a review')] : []),
    ...(audited.ends === undefined ? [absent(auditLog, 'complete event of an audit log (audit.k8s.io/v1)')] : []),
  ];
}
