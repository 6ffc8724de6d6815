import { asText } from '../json/as-text.ts';
import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import { shown } from '../policy/read-object.ts';
import type { Problem } from '../problem/problem.ts';
import { quoted } from '../problem/quoted.ts';
import type { SourceDocument } from '../yaml/documents.ts';
import { type IstioText, readIstioText } from './istio-text.ts';
import { type StandingText, textWithin, wholeText } from './standing-text.ts';

/** What Istio’s injector is configured with: three texts in two ConfigMaps (Istio reference, chapter 4.1). */
export interface IstioSettings {
  /** Empty for the default one. */
  readonly revision: string;
  /** Keys `config` and `values` of the ConfigMap istio-sidecar-injector. */
  readonly config: IstioText;
  readonly values: IstioText;
  /** Key `mesh` of the ConfigMap istio. */
  readonly mesh: IstioText;
}

/** Which ConfigMaps are meant. */
export interface Choice {
  /** Undefined when there is only one in the files. */
  readonly revision: string | undefined;
  readonly namespace: string;
}

/** An object of a file. */
export interface FileObject {
  readonly value: unknown;
  readonly document: SourceDocument;
  /** JSON pointer from the document to the object. */
  readonly at: string;
}

type Problems = { readonly problems: readonly Problem[] };
const KEYS = { config: 'injector', values: 'injector', mesh: 'mesh' } as const;
type Key = keyof typeof KEYS;

const INJECTOR = 'istio-sidecar-injector';
const MESH = 'istio';

/** The names of the two ConfigMaps of a revision. */
export const configMapNames = (revision: string): { readonly injector: string; readonly mesh: string } => {
  const suffix = revision === '' || revision === 'default' ? '' : `-${revision}`;
  return { injector: INJECTOR + suffix, mesh: MESH + suffix };
};

/** Finds and reads the two ConfigMaps among the objects of files. */
export function settingsOfFiles(objects: readonly FileObject[], choice: Choice): IstioSettings | Problems {
  const maps = objects.filter(({ value }) => isObject(value) && value.kind === 'ConfigMap');
  const named = (name: string) =>
    inNamespace(
      maps.filter((map) => nameOf(map) === name),
      choice.namespace,
    );
  const revision = choice.revision ?? onlyRevision(maps);
  if (typeof revision === 'object') return revision;
  const names = configMapNames(revision);
  const [injector, mesh] = [named(names.injector)[0], named(names.mesh)[0]];
  if (injector === undefined || mesh === undefined) {
    const lacking = [...(injector ? [] : [names.injector]), ...(mesh ? [] : [names.mesh])];
    return { problems: lackingProblems(lacking, objects) };
  }
  const found = { injector, mesh };
  return readSettings(revision, (key) => textOfObject(found[KEYS[key]], key));
}

/** The same for the data of two ConfigMaps that were read from a cluster. */
export function settingsOfCluster(
  revision: string,
  namespace: string,
  data: Readonly<Record<'injector' | 'mesh', unknown>>,
): IstioSettings | Problems {
  const names = configMapNames(revision);
  return readSettings(revision, (key) => {
    const file = `ConfigMap ${namespace}/${names[KEYS[key]]}`;
    const map = data[KEYS[key]];
    const text = isObject(map) && Object.hasOwn(map, key) ? map[key] : undefined;
    return typeof text === 'string' ? wholeText(text, `${file}, ${key}`, pointer('data', key)) : lackingKey(file, key);
  });
}

function readSettings(revision: string, textFor: (key: Key) => StandingText | Problem): IstioSettings | Problems {
  const problems: Problem[] = [];
  const read = (key: Key): IstioText | undefined => {
    const standing = textFor(key);
    if (!('text' in standing)) {
      problems.push(standing);
      return undefined;
    }
    const text = readIstioText(standing);
    if ('read' in text) return text.read;
    problems.push(...text.problems);
    return undefined;
  };
  const [config, values, mesh] = [read('config'), read('values'), read('mesh')];
  return config && values && mesh
    ? { revision: revision === 'default' ? '' : revision, config, values, mesh }
    : { problems };
}

function textOfObject({ value, document, at }: FileObject, key: Key): StandingText | Problem {
  const data = isObject(value) ? value.data : undefined;
  const text = isObject(data) && Object.hasOwn(data, key) ? data[key] : undefined;
  const path = pointer('data', key);
  if (typeof text === 'string') return textWithin(document, at + path, at + path, text);
  const problem = text === undefined ? lackingKey(document.file, key) : notText(text, path);
  return { file: document.file, ...document.place(at + path), ...problem, path: at + problem.path };
}

const lackingKey = (file: string, key: Key): Problem => ({
  file,
  path: '/data',
  message: `lacks the key ${key}; give the ConfigMap as it stands in the cluster`,
});

const notText = (value: unknown, path: string): Problem => ({
  path,
  message: `is ${shown(value)}; accepted: a text, as ConfigMaps hold`,
});

const nameOf = (map: FileObject): string => asText(metadataOf(map.value).name ?? '');

/** Those of the namespace, when there are several of one name. */
const inNamespace = (maps: readonly FileObject[], namespace: string): readonly FileObject[] =>
  maps.length < 2 ? maps : maps.filter((map) => metadataOf(map.value).namespace === namespace);

function onlyRevision(maps: readonly FileObject[]): string | Problems {
  const revisions = maps
    .map(nameOf)
    .filter((name) => name === INJECTOR || name.startsWith(`${INJECTOR}-`))
    .map((name) => name.slice(INJECTOR.length + 1));
  const distinct = [...new Set(revisions)];
  if (distinct.length < 2) return distinct[0] ?? '';
  const names = distinct.map((revision) => revision || 'default').join(', ');
  return {
    problems: [{ path: '', message: `there are ConfigMaps of several revisions: ${names}; choose one by --revision` }],
  };
}

/** What is lacking, with what stands in the files instead. */
const lackingProblems = (names: readonly string[], objects: readonly FileObject[]): Problem[] => [
  ...names.map((name) => ({
    path: '',
    message: `there is no ConfigMap ${name} in the files; write it with kubectl get configmap ${name} -n istio-system -o yaml`,
  })),
  ...objects.slice(0, 5).map(({ value, document, at }) => ({
    file: document.file,
    ...document.place(at),
    path: at,
    message: `is ${describedObject(value)}`,
  })),
];

function describedObject(value: unknown): string {
  if (!isObject(value)) return `${shown(value)}, and no ConfigMap`;
  const name = isObject(value.metadata) ? value.metadata.name : undefined;
  return value.kind === 'ConfigMap'
    ? `the ConfigMap ${quoted(asText(name ?? ''))}`
    : `of the kind ${shown(value.kind ?? null)}, and no ConfigMap`;
}
