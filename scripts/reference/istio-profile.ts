import { IstioProfile } from '../../src/core/api/istio-profile.ts';
import { MAPPING, type Origin, WITHOUT_ROW } from '../../src/core/from-istio/mapping.ts';
import { PASSED_OVER } from '../../src/core/from-istio/passed-over.ts';
import { ISTIO_ANNOTATIONS } from '../../src/core/sidecar/profiles/istio/annotations.ts';
import { CORRECTIONS, NOT_RENDERED } from './istio-corrections.ts';
import { GENERATED_NOTE, table } from './table.ts';

/** As much of a schema as is told. */
interface Schema {
  readonly type?: string;
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
}

const SPEC = IstioProfile.properties.spec as unknown as Schema;
const ROWS = new Map(MAPPING.map((row) => [row.field, MAPPING.filter(({ field }) => field === row.field)]));
const PREFIX: Readonly<Record<Origin, string>> = { values: '', mesh: 'meshConfig.', config: 'config: ' };

/** docs/istio-profile.md: every setting of a profile of kind Istio, and what such a profile does and does not do. */
export function istioProfileReference(): string {
  return [
    GENERATED_NOTE,
    '# Profiles of kind Istio',
    '',
    'Such a profile renders the sidecar of an istiod that is there already. `compatibility: Istio` renders what Istio’s own',
    'injector renders, `Corrected`, the default, the same without its faults. What a profile leaves out is as in the built-in',
    'one, `istio`: `pillion profile show istio` prints it whole. [from-istio.md](from-istio.md) says how to change over.',
    '',
    '## Settings',
    '',
    'The last column names the value of Istio’s chart, the field of its MeshConfig, or the key in `config` of its ConfigMap',
    '`istio-sidecar-injector`, from which `pillion profile from-istio` takes the setting.',
    '',
    table(['setting', 'accepted', 'default', 'meaning', 'in Istio'], fieldRows(SPEC)),
    '',
    'Where Istio’s chart leaves no value at all, Istio renders what the built-in profile says, but for these:',
    '',
    table(
      ['value', 'without it'],
      MAPPING.filter(({ absent }) => absent !== undefined).map(({ path, absent }) => [code(path), code(absent)]),
    ),
    '',
    `\`proxyConfig\` takes each field of Istio’s message ProxyConfig: ${fieldNames('proxyConfig')}.`,
    '',
    '## Annotations that are read',
    '',
    'Privileged ones are refused unless `overrides.allow` of the policy names them.',
    '',
    table(
      ['annotation', 'accepted', 'privileged', 'judged by Istio'],
      [...ISTIO_ANNOTATIONS].map(([key, { accepted, isPrivileged, judgedByIstio }]) => [
        code(key),
        accepted,
        isPrivileged ? 'yes' : '',
        judgedByIstio ? 'yes' : '',
      ]),
    ),
    '',
    'With compatibility Istio, what Istio does not judge is taken as it is.',
    '',
    '## What Corrected changes',
    '',
    'Issues are those of istio/istio. Items are those of chapter 9 of the reference on Istio’s injection that this profile was',
    'written from.',
    '',
    table(
      ['Istio', 'Corrected', 'answers'],
      CORRECTIONS.map(({ istio, corrected, answers }) => [istio, corrected, answers]),
    ),
    '',
    '## What is not supported',
    '',
    table(['what', 'what happens'], NOT_RENDERED),
    '',
    '## Values that shape no sidecar',
    '',
    'But for the values above, `pillion profile from-istio` passes over these in silence, each with all below it, and tells of',
    'every other value that it does not know.',
    '',
    ...(['values', 'mesh', 'config'] as const).flatMap((origin) => [
      `- in \`${origin}\`: ${PASSED_OVER[origin].map(code).join(', ')}`,
    ]),
    '',
  ].join('\n');
}

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

function fieldRows({ properties = {}, description: ofGroup }: Schema, path = ''): string[][] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const field = path + key;
    const isGroup = schema.properties !== undefined && !ROWS.has(field);
    return isGroup ? fieldRows(schema, `${field}.`) : [fieldRow(field, { description: ofGroup, ...schema })];
  });
}

const fieldRow = (field: string, schema: Schema): string[] => [
  code(field),
  acceptedText(schema),
  schema.default === undefined || field === 'proxyConfig' ? '' : code(JSON.stringify(schema.default)),
  // where it comes from has a column of its own
  (schema.description ?? '').replace(/ Istio: [^:]*(: [A-Z]\w+)?\.$/, ''),
  originText(field),
];

const originText = (field: string): string =>
  ROWS.get(field)
    ?.map(({ origin, path }) => code(PREFIX[origin] + path))
    .join(', then ') ?? `none: ${WITHOUT_ROW[field] ?? WITHOUT_ROW[field.split('.')[0] ?? ''] ?? ''}`;

function acceptedText({ type, enum: words, minimum, maximum, items, properties, patternProperties }: Schema): string {
  if (words !== undefined) return words.map(code).join(', ');
  if (type === 'integer') return `${minimum ?? ''} to ${maximum ?? ''}`;
  if (type === 'boolean') return '`true`, `false`';
  if (type === 'array') return items?.type === 'string' ? 'a list of texts' : 'a list';
  const keys = Object.keys(properties ?? {});
  if (keys.length > 0) return keys.length > 5 ? 'a map, see below' : `a map with ${keys.map(code).join(', ')}`;
  const [inner] = Object.values(patternProperties ?? {});
  if (type === 'object') return inner?.type === 'string' ? 'a map of texts' : 'a map';
  return 'a text';
}

const fieldNames = (field: string): string =>
  Object.keys(SPEC.properties?.[field]?.properties ?? {})
    .map(code)
    .join(', ');
