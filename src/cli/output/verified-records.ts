import picocolors from 'picocolors';
import { HOOKS } from '../../core/admission/hook.ts';
import { isoTime } from '../../core/json/iso-time.ts';
import { printable } from '../../core/problem/printable.ts';
import type { Finding } from '../../core/records/verify/finding.ts';
import {
  type Counts,
  MOST_FINDINGS,
  type NotCompared,
  type Verification,
} from '../../core/records/verify/record-verifier.ts';
import type { TimeSpan } from '../../core/records/verify/time-span.ts';
import type { Difference } from '../../core/records/verify/told.ts';
import { plainTable } from './plain-table.ts';

const NOTHING: Counts = { equal: 0, missing: 0, extra: 0, changed: 0, unjudged: 0 };

/** The comparison for machines. */
export function verificationJson(verification: Verification): object {
  const { hooks, findings, records, audited, notCompared, unasked } = verification;
  const span = ({ ends }: TimeSpan) =>
    ends && { first: isoTime(new Date(ends.firstMs)), last: isoTime(new Date(ends.lastMs)) };
  const counts = HOOKS.flatMap((hook) => (hooks.has(hook) ? [[hook, hooks.get(hook)]] : []));
  return {
    records: span(records),
    audited: span(audited),
    hooks: Object.fromEntries(counts),
    notCompared,
    unasked,
    findings,
  };
}

const KINDS: Readonly<Record<Finding['kind'], string>> = {
  missing: 'Missing: the audit log tells of these answers, and no record does',
  extra: 'Extra: records of which no event of the audit log tells: forged, or the audit policy leaves them out',
  changed: 'Changed: the record tells otherwise than the audit log',
};

/** The comparison for people: a table of the hooks, and below it what was found, one by one. */
export function verificationText(verification: Verification, colour: boolean): string {
  const { hooks, findings, records, audited, notCompared, unasked } = verification;
  const rows = HOOKS.filter((hook) => hooks.has(hook)).map((hook) => {
    const { equal, missing, extra, changed, unjudged } = hooks.get(hook) ?? NOTHING;
    return [hook, ...[equal, missing, extra, changed, unjudged].map(String)];
  });
  const head = ['HOOK', 'EQUAL', 'MISSING', 'EXTRA', 'CHANGED', 'NOT JUDGED'];
  const found = (Object.keys(KINDS) as Finding['kind'][]).flatMap((kind) => {
    const these = findings.filter((finding) => finding.kind === kind);
    return these.length === 0
      ? []
      : [`${KINDS[kind]}\n${these.map((finding) => findingText(finding, colour)).join('\n')}`];
  });
  const all = foundIn(verification);
  const notes = [
    `records ${spanText(records)}, audit log ${spanText(audited)}`,
    ...notComparedTexts(notCompared),
    ...(unasked === 0
      ? []
      : [
          `pods created without a word of any hook: ${unasked} (their namespaces are not enabled, or nothing was registered)`,
        ]),
    ...(all > findings.length
      ? [`of ${all} findings those above are the first ${Math.min(MOST_FINDINGS, findings.length)}`]
      : []),
  ];
  const table = rows.length === 0 ? [] : [plainTable(head, rows, colour)];
  return `${[...table, ...found, `${notes.join('\n')}\n${conclusion(verification)}`].join('\n\n')}\n`;
}

/** How many answers are not told alike. */
export const foundIn = ({ hooks }: Verification): number =>
  [...hooks.values()].reduce((sum, { missing, extra, changed }) => sum + missing + extra + changed, 0);

/** How many answers were judged. */
export const judgedIn = (verification: Verification): number =>
  [...verification.hooks.values()].reduce((sum, { equal }) => sum + equal, foundIn(verification));

/** Which answers were left out of the comparison, and why. */
export function notComparedTexts({ audited, recorded }: NotCompared): string[] {
  const lie = (count: number, one: string, many: string) => (count === 1 ? `1 ${one} lies` : `${count} ${many} lie`);
  const were = (count: number) => `${count === 1 ? 'was' : 'were'} not compared`;
  const answers = lie(audited, 'answer of the audit log', 'answers of the audit log');
  const are = recorded === 1 ? 'is' : 'are';
  const records = lie(recorded, 'record', 'records');
  return [
    ...(audited === 0 ? [] : [`${answers} outside of the records’ time and ${were(audited)}`]),
    ...(recorded === 0
      ? []
      : [
          `${records} outside of the audit log’s time, or ${are} of a hook of which it tells nothing, and ${were(recorded)}`,
        ]),
  ];
}

function conclusion(verification: Verification): string {
  const [all, judged] = [foundIn(verification), judgedIn(verification)];
  const { audited, recorded } = verification.notCompared;
  if (judged === 0) return 'nothing was compared';
  if (all > 0) return `${all} ${all === 1 ? 'answer is' : 'answers are'} not told alike`;
  if (audited + recorded === 0) return 'records and audit log tell the same';
  return `records and audit log tell the same of the ${judged} that ${judged === 1 ? 'was' : 'were'} compared; of the others nothing is shown`;
}

const spanText = ({ ends }: TimeSpan): string =>
  ends === undefined ? '-' : `${isoTime(new Date(ends.firstMs))} to ${isoTime(new Date(ends.lastMs))}`;

function findingText(finding: Finding, colour: boolean): string {
  const paint = picocolors.createColors(colour);
  const { time, hook, verdict, reason, namespace, about, user, recordId } = finding;
  const whom = namespace === '' ? about : `${namespace}/${about}`;
  const ids = [`record ${recordId}`, ...('auditId' in finding ? [`audit id ${finding.auditId}`] : [])].join(', ');
  const line = `  ${time}  ${hook}  ${verdict} ${paint.bold(printable(whom))}  ${reason}, asked for by ${printable(user)} ${paint.dim(`(${printable(ids)})`)}`;
  const fields = finding.kind === 'changed' ? finding.fields.map((field) => `    ${differenceText(field)}`) : [];
  return [line, ...fields].join('\n');
}

const differenceText = ({ field, audited, recorded }: Difference): string =>
  printable(`${field}: audit log ${audited ?? '(nothing)'}, record ${recorded ?? '(nothing)'}`);
