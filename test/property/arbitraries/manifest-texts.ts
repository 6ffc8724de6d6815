import fc from 'fast-check';
import type { Json } from '../../core-fixtures/pods.ts';

/** The text of one field of a block map, without its indentation; nothing when the field is left out. */
type Field = fc.Arbitrary<readonly string[]>;

const nested = (lines: readonly string[], by: number): string[] =>
  lines.map((line) => (line === '' ? '' : ' '.repeat(by) + line));

const EMPTY_ANY = ['', ' null', ' ~', '   ~  # nothing', ' # nothing yet', ' NULL'];
const EMPTY_LIST = [...EMPTY_ANY, ' []', ' [ ]', '  []   # none', '\n  []'];
const EMPTY_MAP = [...EMPTY_ANY, ' {}', ' { }', ' {}', '\n   {}'];

const emptyField = (key: string, spellings: readonly string[]): Field =>
  fc.constantFrom(...spellings).map((spelling) => `${key}:${spelling}`.split('\n'));

const comment = fc.constantFrom<readonly string[]>([], [], ['# a comment'], ['', '# after a blank line'], ['']);

/** Items of a block list, at the column of their dashes, with comments in front, between and behind. */
const blockItems = (items: readonly (readonly string[])[]): fc.Arbitrary<readonly string[]> =>
  fc
    .tuple(comment, comment, comment)
    .map(([before, between, after]) => [
      ...before,
      ...items.flatMap((lines, index) => [
        ...(index === 0 ? [] : between),
        ...lines.map((line, at) => (at === 0 ? `- ${line}` : line === '' ? '' : `  ${line}`)),
      ]),
      ...(items.length === 0 ? [] : after),
    ]);

function listField(key: string, values: readonly Json[], blocks: readonly (readonly string[])[]): Field {
  const one = values.map((value) => JSON.stringify(value)).join(', ');
  const lines = values.map((value, index) => `  ${JSON.stringify(value)}${index === values.length - 1 ? '' : ','}`);
  const pretty = JSON.stringify(values, null, 2).split('\n');
  return fc.oneof(
    fc.constantFrom(
      [`${key}: [${one}]`],
      [`${key}:   [${one},]  # flow`],
      [`${key}: [`, ...lines, `  ]`],
      [`${key}: ${pretty[0]}`, ...nested(pretty.slice(1), 1)],
    ),
    fc.tuple(blockItems(blocks), fc.constantFrom(0, 2, 3)).map(([items, by]) => [`${key}:`, ...nested(items, by)]),
    fc
      .tuple(blockItems(blocks), fc.constantFrom(0, 2))
      .map(([items, by]) => [`${key}: # listed`, ...nested(items, by)]),
  );
}

const WEB: Json = { name: 'web', image: 'registry.example/web:1' };
const CONTAINERS: readonly (readonly [Json, readonly string[]])[] = [
  [WEB, ['name: web', "image: 'registry.example/web:1'   # pinned"]],
  [{ name: 'worker', args: ['a'] }, ['"name": worker', 'args:', '- |', '  some', '', '  text', '']],
  [{ name: 'tail', args: ['x'] }, ['args:', '  - >-', '      folded', '      text', 'name: tail']],
  [{ name: 'kept', args: ['x'] }, ['name: kept', 'args: [ "a" , b,', '   c ]  # flow']],
];

const containersField = fc.subarray([...CONTAINERS], { minLength: 1 }).chain((chosen) =>
  listField(
    'containers',
    chosen.map(([value]) => value),
    chosen.map(([, lines]) => lines),
  ),
);

const initContainersField = fc.oneof(
  fc.constant<readonly string[]>([]),
  emptyField('initContainers', EMPTY_LIST),
  listField('initContainers', [{ name: 'prepare' }], [['name: prepare', 'command: [sh, -c, "true"]']]),
);

const volumesField = fc.oneof(
  fc.constant<readonly string[]>([]),
  emptyField('volumes', EMPTY_LIST),
  listField('volumes', [{ name: 'data', emptyDir: {} }], [['name: data', 'emptyDir: {}']]),
);

const specFields = fc
  .tuple(
    containersField,
    initContainersField,
    volumesField,
    fc.constantFrom<readonly string[]>(
      [],
      ['restartPolicy: Always'],
      ['nodeSelector: {a: b}', '# the end of the spec'],
    ),
  )
  .chain((fields) => fc.shuffledSubarray([...fields], { minLength: 4, maxLength: 4 }))
  .map((fields) => fields.flat());

const MARK = 'sidecar.istio.io/inject: "true"';
const annotationsField = fc.oneof(
  fc.constant<readonly string[]>([]),
  emptyField('annotations', EMPTY_MAP),
  fc.constantFrom<readonly string[]>(
    ['annotations: {a: b}'],
    ['annotations: { "a": "b", }  # flow'],
    ['annotations: {', '   a: b', '  }'],
    ['annotations:', '  a: b'],
    ['annotations:', '    # first', "    'a': b  # after", '    # last', '# outside'],
    ['annotations:', '  kubectl.kubernetes.io/default-container: web', '  text: |+', '    kept', '', ''],
    ['annotations:', '  ? explicit', '  : key'],
  ),
);

const metadataFields = annotationsField.map((annotations): readonly string[] => [
  'labels:',
  `  ${MARK}`,
  ...annotations,
]);

/** A metadata of which autoInject alone makes an injected pod. */
const bareMetadata = fc.oneof(fc.constant<readonly string[]>([]), emptyField('metadata', EMPTY_MAP));

const templateLines = (step: number): fc.Arbitrary<readonly string[]> =>
  fc
    .tuple(
      fc.oneof(
        { weight: 4, arbitrary: metadataFields.map((fields) => ['metadata:', ...nested(fields, step)]) },
        { weight: 1, arbitrary: bareMetadata },
      ),
      specFields.map((fields) => ['spec:', ...nested(fields, step)]),
      fc.boolean(),
    )
    .map(([metadata, spec, specFirst]) => (specFirst ? [...spec, ...metadata] : [...metadata, ...spec]));

const blockDocument = fc
  .tuple(fc.constantFrom(1, 2, 4), fc.constantFrom('Deployment', 'CronJob', 'Pod', 'List'))
  .chain(([step, kind]) =>
    (kind === 'Pod' || kind === 'List' ? podLines(step) : templateLines(step)).map((template) => {
      if (kind === 'Pod') return template;
      if (kind === 'List') {
        const [first = '', ...rest] = template;
        return ['kind: List', 'items:', `- ${first}`, ...nested(rest, 2), '# behind the items'];
      }
      const inner = ['template:', ...nested(template, step)];
      const spec = kind === 'CronJob' ? ['jobTemplate:', ...nested(['spec:', ...nested(inner, step)], step)] : inner;
      const names = ['apiVersion: apps/v1', `kind: ${kind}   # its kind`, 'metadata: {name: web, namespace: shop}', ''];
      return [...names, 'spec:', ...nested(spec, step)];
    }),
  );

const podLines = (step: number): fc.Arbitrary<readonly string[]> =>
  fc
    .tuple(metadataFields, specFields)
    .map(([metadata, spec]) => [
      'kind: Pod',
      'metadata:',
      ...nested(['name: web', 'namespace: shop', ...metadata], step),
      'spec:',
      ...nested(spec, step),
    ]);

const emptyOr = <T>(value: T, empty: T | null) => fc.constantFrom<T | null | undefined>(value, empty, null, undefined);

const jsonPod = fc
  .record({
    annotations: emptyOr<Json>({ a: 'b' }, {}),
    containers: fc.constantFrom<Json[]>([WEB], [WEB, { name: 'worker', ports: [] }]),
    initContainers: emptyOr<Json[]>([{ name: 'prepare' }], []),
    volumes: emptyOr<Json[]>([{ name: 'data', emptyDir: {} }], []),
  })
  .map(({ annotations, ...spec }) => ({
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop', labels: { 'sidecar.istio.io/inject': 'true' }, annotations },
    spec,
  }));

const flowDocument = fc
  .tuple(jsonPod, fc.constantFrom<string | number>(0, 1, 2, '\t'), fc.constantFrom('as it is', '~', ', ', 'no value'))
  .map(([pod, indentation, change]) => {
    const text = JSON.stringify(pod, null, indentation);
    if (change === '~') return text.replaceAll('null', '~').split('\n');
    if (change === ', ') return text.replaceAll(/([\]}])(\s*[\]}])/g, '$1,$2').split('\n');
    if (change === 'no value') return text.replaceAll(/:\s*null/g, ': ').split('\n');
    return text.split('\n');
  });

const otherDocument = fc.constantFrom<readonly string[]>(
  ['kind: Service', 'metadata: &name {name: web}', 'again: *name', 'spec: {  ports: [ ]  }'],
  ['# only a comment'],
  ['kind: ConfigMap', 'data:', '  text: |+', '    kept', '', ''],
);

const documents = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: blockDocument },
    { weight: 2, arbitrary: flowDocument },
    { weight: 2, arbitrary: otherDocument },
  ),
  { minLength: 1, maxLength: 3 },
);

/** Files of manifests as people write them: in every style, with comments, blank lines and odd ends of lines. */
export const manifestText: fc.Arbitrary<string> = fc
  .record({
    documents,
    marker: fc.constantFrom('---', '--- # next', '...\n---', '---\n\n# next'),
    begin: fc.constantFrom('', '\uFEFF', '---\n', '# a file\n', '\n'),
    end: fc.constantFrom('', '\n', '\n\n', '\n...\n', '\n# the end', '   \n', '\n---\n'),
    crlf: fc.boolean(),
  })
  .map(({ documents, marker, begin, end, crlf }) => {
    const text = begin + documents.map((lines) => lines.join('\n')).join(`\n${marker}\n`) + end;
    return crlf ? text.replaceAll('\n', '\r\n') : text;
  });
