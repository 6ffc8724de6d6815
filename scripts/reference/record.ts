import { DecisionRecord, RECORD_SCHEMA } from '../../src/core/api/decision-record.ts';
import { GENERATED_NOTE, table } from './table.ts';

interface Described {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: string;
}

const TOLD = [
  '## What is in a record, and what never is',
  '',
  'What follows holds for records in both formats, the audit annotations, warnings and refusals (which become Events), the log of the',
  'program and the metrics. Tests plant a text at every other place of an object and look for it there.',
  '',
  table(
    ['of an object', 'told'],
    [
      [
        'labels and annotations that were read: those of the opt-in, of selectors and ownership of the policy, and the settings of sidecars that `docs/annotations.md` lists',
        'key and value, of a value the first 512 characters. So do not write a secret into such an annotation, such as into `proxyMetadata` of `proxy.istio.io/config`: whoever may read the pod reads it anyway',
      ],
      ['`pillion.io/status`, `sidecar.istio.io/status`', 'that it is there; of the first which record it names'],
      ['other labels and annotations', 'nothing; of those under the prefixes of Istio that nobody reads the key'],
      [
        'names: of the object, its owner, its namespace; of the place that is wrong (containers, volumes, ports)',
        'told',
      ],
      [
        'a field because of which the object is refused: an amount, a port, the image of a container under the name of the sidecar',
        'what stands there, in `problems`',
      ],
      [
        'traffic values of a Service, and objects of Pillion’s own',
        'what stands at a place that is wrong, in `problems`',
      ],
      [
        'environment, commands, arguments, probes’ paths and headers, volumes’ sources, names and keys of secrets, tokens, `managedFields`, fields that are not known',
        'never; they are part of the digests of template and patch',
      ],
      ['who asks', 'the user name; not groups, uid or extra'],
    ],
  ),
  '',
  'A fault of the program is told by its kind and its place in the code: its words may quote the object.',
];

const MAY_CHANGE = [
  '## What may change',
  '',
  `Within \`${RECORD_SCHEMA}\` a field may be added that can be absent, and a value to \`verdict\`, \`reason\`, \`also\`, \`hook\`, \`caller\`, the codes of`,
  '`hints`, and `differs` of `shadows`. Whoever reads records passes over fields that he does not know, and takes a value that he does not know',
  'for what it is. Nothing goes, gets another type or another meaning, has to be there that had not, or may be absent that might not: that would',
  'be `v2`. A test compares the schema with the one that was published last, and reads the records of the first day.',
];

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
    'the pod never appear in it. From: `src/core/api/decision-record.ts`; as JSON Schema: `pillion schema record`.',
    '',
    table(['field', 'type or values', 'present', 'meaning'], rows),
    '',
    ...TOLD,
    '',
    ...MAY_CHANGE,
    '',
  ].join('\n');
}
