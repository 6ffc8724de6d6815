import { fieldsOf } from '../json/fields-of.ts';
import { isObject } from '../json/is-object.ts';
import { literal } from './cel.ts';

/** What stands for the value that differs from pod to pod, by the mark that holds its place. */
export type Fillings = ReadonlyMap<string, string>;

/** Holds a place in a text. No name, image or label of Kubernetes has such brackets. */
export const mark = (name: string): string => `⟦${name}⟧`;

const MARK = /(⟦\w+⟧)/;

/** A text as CEL, with expressions in the place of its marks. */
export function filledText(text: string, fillings: Fillings): string {
  const parts = text
    .split(MARK)
    .filter((part) => part !== '')
    .map((part) => fillings.get(part) ?? literal(part));
  return parts.length === 0 ? literal('') : parts.join(' + ');
}

/** JSON as CEL, with expressions in the place of the marks in its texts. */
export function celJson(value: unknown, fillings: Fillings): string {
  if (typeof value === 'string') return filledText(value, fillings);
  if (Array.isArray(value)) return `[${membersOf(value, fillings).join(', ')}]`;
  if (!isObject(value)) return String(value);
  const fields = fieldsOf(value);
  const keys = Object.keys(fields);
  const members = membersOf(Object.values(fields), fillings);
  return `{${keys.map((key, index) => `${literal(key)}: ${members[index]}`).join(', ')}}`;
}

/** The API server takes literals of lists and maps whose members are of one type, so those of several are made to be of any. */
function membersOf(values: readonly unknown[], fillings: Fillings): string[] {
  const written = values.map((value) => celJson(value, fillings));
  const isSimple = values.every((value) => typeof value === typeof values[0] && typeof value !== 'object');
  return isSimple ? written : written.map((member) => `dyn(${member})`);
}
