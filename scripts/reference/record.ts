import { DecisionRecord } from '../../src/core/api/decision-record.ts';
import { GENERATED_NOTE, table } from './table.ts';

interface Described {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: string;
}

/** docs/record.md: the fields of a decision record. */
export function recordReference(): string {
  const required: readonly string[] = DecisionRecord.required;
  const rows = Object.entries(DecisionRecord.properties).map(([name, schema]) => {
    const { description = '', type, enum: values, const: literal } = schema as Described;
    const shape =
      literal ?? (values === undefined ? (type ?? '') : values.length > 6 ? 'see reasons.md' : values.join(', '));
    return [`\`${name}\``, shape, required.includes(name) ? 'always' : 'where it applies', description];
  });
  return [
    GENERATED_NOTE,
    '# The decision record',
    '',
    'One JSON object a decision, one line each on stdout of `pillion serve`. Environment variables, secrets and the rest of',
    'the pod never appear in it. From: `src/core/api/decision-record.ts`.',
    '',
    table(['field', 'type or values', 'present', 'meaning'], rows),
    '',
  ].join('\n');
}
