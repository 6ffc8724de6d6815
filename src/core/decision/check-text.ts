import { quoted } from '../problem/quoted.ts';
import type { Evidence } from './evidence.ts';
import type { ExaminedCheck } from './examine.ts';

/** A check with what it found and what it looked at, in one line. */
export function checkText({ check, reason, rule, evidence }: ExaminedCheck): string {
  const found = reason === undefined || reason === check ? '' : ` (${reason})`;
  const looked = evidence.map(evidenceText).join(', ');
  return `${check}${found}${rule === undefined ? '' : ` by ${rule}`}${looked === '' ? '' : `: ${looked}`}`;
}

const evidenceText = ({ of, kind, key, value }: Evidence): string =>
  `${of} ${kind === 'field' ? '' : `${kind} `}${key} ${value === undefined ? 'is not there' : `is ${asText(kind, value)}`}`;

// a field is told as JSON already
const asText = (kind: Evidence['kind'], value: string): string => (kind === 'field' ? value : quoted(value));
