import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { TrafficValues } from '../../src/core/api/traffic/values.ts';
import { pointer, valueAt } from '../../src/core/json/pointer.ts';
import { problemLine } from '../../src/core/problem/problem.ts';
import { type EffectiveValues, effectiveValues } from '../../src/core/traffic/effective-values.ts';
import { LEFT_OUT } from '../../src/core/traffic/left-out.ts';
import { readTrafficDefaults } from '../../src/core/traffic/read-defaults.ts';
import { GENERATED_NOTE, table } from './table.ts';

/** What is read of a JSON Schema. */
interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
}

const VALUES = JSON.parse(JSON.stringify(TrafficValues)) as Schema;
const SMALLEST = { service: { name: 'NAME', port: 80 } };
// not from the generated module: that one is written in the same run
const DEFAULTS = readFileSync(new URL('../../src/core/traffic/defaults.yaml', import.meta.url), 'utf8');
const EFFECTIVE = smallestEffective();

function smallestEffective(): EffectiveValues {
  const company = readTrafficDefaults(DEFAULTS, 'defaults.yaml');
  if ('problems' in company) throw new Error(company.problems.map(problemLine).join('\n'));
  return effectiveValues(SMALLEST, company.value).values;
}

/** docs/traffic-values.md: every field that a team may write, and the defaults of the company. */
export function trafficValuesReference(): string {
  return [
    GENERATED_NOTE,
    '# Traffic values',
    '',
    'What a team says about the traffic to its service: in a file, or in the annotation `pillion.io/traffic` of the Service, as YAML or',
    'JSON. The smallest values are these, and everything else is as the company has it:',
    '',
    '```yaml',
    stringify(SMALLEST).trim(),
    '```',
    '',
    '- Defaults of the company come first, over them those of the tier, then those of the environment, then what the team writes;',
    '  each field by itself, a list as a whole. `pillion traffic explain FILE` prints what counts, and who chose it.',
    '- The word `none` switches a feature off: `retries: none`; or one limit of it: `circuitBreaker: {maxRequests: none}`. (`off` and `no` are not used, since kubectl and Helm read them as false.)',
    '- A duration is a text such as `900ms`, `3s` or `1m30s`, in whole numbers from the greatest unit to the least, and never zero.',
    '- A route takes from the service what it does not say itself of `timeout`, `retries` and `fault`.',
    '- [Rules](traffic-rules.md) say which values contradict each other. `pillion schema values` prints the JSON Schema.',
    '- The same file makes Istio’s objects, by the chart [mesh-standard](../charts/mesh-standard/README.md).',
    '- Nothing says whether the Service is headless: the Service itself does.',
    '- Whoever applies a Service with values hears at once what of them is not accepted, with line and path, and what of them is not done;',
    '  also with `--dry-run=server`. `traffic.invalidValues` of the policy says whether such values are refused, warned of or recorded.',
    '  What counted before stays in use; the ConfigMap pillion-traffic-values holds it for replicas that start later.',
    '',
    'The defaults in this table are the built-in ones for a service of tier standard without an environment.',
    'From: `src/core/api/traffic/`.',
    '',
    table(['value', 'accepted', 'default', 'meaning'], rowsOf(VALUES, '', '')),
    '',
    '## What the plain Envoy does not do',
    '',
    'Said as a warning to whoever applies the Service. From: `src/core/traffic/left-out.ts`.',
    '',
    table(
      ['value', 'when', 'because'],
      LEFT_OUT.map(({ path, when, because }) => [`\`${path.slice(1).replaceAll('/', '.')}\``, when, because]),
    ),
    '',
    '## The built-in defaults of the company',
    '',
    '`--defaults FILE` names others, which take the place of these as a whole; `pillion schema traffic-defaults` prints their schema.',
    'A feature of which they say nothing is off.',
    '',
    '```yaml',
    DEFAULTS.trim(),
    '```',
    '',
  ].join('\n');
}

/** What is described once at the service, and holds for a route in the same form. */
const AS_ABOVE: ReadonlySet<string> = new Set(['routes[].retries', 'routes[].fault', 'canary.match[]']);

function rowsOf({ properties = {}, required = [] }: Schema, prefix: string, at: string): string[][] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = prefix + name;
    const { items } = field;
    const inner = items?.properties === undefined ? field : items;
    const suffix = inner === field ? '' : '[]';
    const place = at + pointer(name);
    const preset = required.includes(name) ? 'needed' : presetText(valueAt(EFFECTIVE, place));
    const row = [`\`${path}${suffix}\``, acceptedText(field), preset, field.description ?? ''];
    return [
      row,
      ...(AS_ABOVE.has(path + suffix) ? [] : rowsOf(inner, `${path}${suffix}.`, suffix === '' ? place : '')),
    ];
  });
}

const presetText = (value: unknown): string =>
  value === undefined || typeof value === 'object' ? listText(value) : `\`${value}\``;

const listText = (value: unknown): string =>
  Array.isArray(value) && value.length > 0 ? value.map((item) => `\`${item}\``).join(' ') : '';

function acceptedText({ title, enum: words, const: only, type, items, maxItems, ...schema }: Schema): string {
  if (title !== undefined) return title;
  if (words !== undefined) return words.map((word) => `\`${word}\``).join(' ');
  if (only !== undefined) return `\`${only}\``;
  if (items !== undefined)
    return `up to ${maxItems}${items.properties === undefined ? `: ${acceptedText(items)}` : ''}`;
  const { minimum, exclusiveMinimum, maximum } = schema;
  if (type === 'integer') return `${minimum} to ${maximum}`;
  if (type === 'number')
    return `${exclusiveMinimum === undefined ? minimum : `above ${exclusiveMinimum}`} to ${maximum}`;
  if (type === 'boolean') return '`true` `false`';
  return type === 'string' ? 'a text' : 'fields';
}
