import { TrafficValues } from '../../api/traffic/values.ts';
import { isObject } from '../../json/is-object.ts';
import type { SourceDocument } from '../../yaml/documents.ts';
import { partOfDocument } from '../../yaml/part-of-document.ts';

/** Where values stand in a document of a file. */
export interface ValuesInDocument {
  /** JSON pointer to them. */
  readonly at: string;
  /** They themselves, as a document. */
  readonly part: SourceDocument;
  /** Whether they name no service, so that they count only over others: a values file of Helm for one environment. */
  readonly isLayer: boolean;
}

/** The key of a chart’s values under which traffic values stand. */
const KEY = 'mesh';

const OWN_KEYS: ReadonlySet<string> = new Set(Object.keys(TrafficValues.properties));
/** The keys of the company’s defaults, which have a meshVersion as well. */
const KEYS_OF_DEFAULTS = ['defaults', 'tiers', 'environments'];
const MENTIONS = /pillion\.io\/traffic|\b(?:mesh|meshVersion|service|kind)["']?\s*:/;

/** What a project calls its values, so that a file of this name holds nothing else. */
const OWN_NAME = /(^|\/)mesh[^/]*$/;

/** Whether a file can hold values, or an object of Kubernetes; what cannot need not be read as YAML, which takes long. */
export const canHoldValues = (file: string, text: string): boolean => OWN_NAME.test(file) || MENTIONS.test(text);

/** The traffic values of a document: under the key `mesh`, or the whole where it looks like them. */
export function valuesInDocument(document: SourceDocument): ValuesInDocument | undefined {
  const { value } = document;
  if (!isObject(value)) return undefined;
  const mesh = Object.hasOwn(value, KEY) ? value[KEY] : undefined;
  if (isObject(mesh))
    return { at: `/${KEY}`, part: partOfDocument(document, `/${KEY}`), isLayer: !Object.hasOwn(mesh, 'service') };
  return OWN_NAME.test(document.file) || isValues(value) ? { at: '', part: document, isLayer: false } : undefined;
}

// a chart’s own values have a service too: of a type, and beside more keys that are unknown here than known ones. Values with a mistake
// have to be found all the same, so that it is told
function isValues(value: Record<string, unknown>): boolean {
  const keys = Object.keys(value);
  if (Object.hasOwn(value, 'meshVersion')) return !KEYS_OF_DEFAULTS.some((key) => keys.includes(key));
  const service = Object.hasOwn(value, 'service') ? value.service : undefined;
  if (!isObject(service)) return false;
  const own = keys.filter((key) => OWN_KEYS.has(key)).length;
  if (Object.hasOwn(service, 'name')) return own * 2 >= keys.length;
  return own === keys.length && !Object.hasOwn(service, 'type');
}
