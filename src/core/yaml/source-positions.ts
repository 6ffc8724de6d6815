import { isAlias, isCollection, isMap, isNode, isPair, isScalar, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';

/** A token of the source as the yaml library keeps it. */
export interface SourceToken {
  readonly type: string;
  readonly offset: number;
  readonly source: string;
}

/** What the library keeps of one member of a collection. */
interface SourceMember {
  readonly start?: readonly SourceToken[];
  readonly key?: { readonly offset: number } | null;
  readonly sep?: readonly SourceToken[];
  readonly value?: { readonly offset: number } | null;
}

export type Collection = YAMLMap | YAMLSeq;

const BETWEEN: ReadonlySet<string> = new Set(['space', 'comma', 'newline', 'comment']);
const isContent = ({ type }: SourceToken): boolean => !BETWEEN.has(type);

/** A member of a collection with the place of its text, from its first sign to the end of its value, without comments. */
export interface Member {
  readonly start: number;
  readonly end: number;
  /** Set in a map. */
  readonly pair: Pair | undefined;
  readonly value: unknown;
}

/** The members of a collection, in their order; undefined when the source does not tell where they stand. */
export function membersOf(node: Collection): readonly Member[] | undefined {
  const kept = (node.srcToken as { readonly items?: readonly SourceMember[] } | undefined)?.items;
  // what stands behind the last comma or item is no member
  const sources = kept?.filter(({ start = [], key, sep, value }) => key || sep || value || start.some(isContent));
  if (sources?.length !== node.items.length) return undefined;
  const members = node.items.map((item, index): Member | undefined => {
    const source = sources[index] ?? {};
    const start = source.start?.find(isContent)?.offset ?? source.key?.offset ?? source.value?.offset;
    if (start === undefined) return undefined;
    const pair = isPair(item) && isMap(node) ? item : undefined;
    const value = pair === undefined ? item : pair.value;
    const signs = [...(source.start ?? []), ...(source.sep ?? [])].filter(isContent);
    const signsEnd = signs.map(({ offset, source: text }) => offset + text.length);
    const end = Math.max(start, ...signsEnd, pair === undefined ? 0 : contentEnd(pair.key), contentEnd(value));
    return { start, end, pair, value };
  });
  return members.every((member) => member !== undefined) ? members : undefined;
}

/** Where the text of a node ends, without the comments and blank lines behind it; 0 for one that has no text. */
export function contentEnd(node: unknown): number {
  if (!isNode(node) || node.range == null) return 0;
  const [start, end] = node.range;
  if (isCollection(node) && node.flow !== true) return membersOf(node as Collection)?.at(-1)?.end ?? end;
  if (isScalar(node) && node.srcToken?.type === 'block-scalar') {
    const { source, props } = node.srcToken;
    const header = props.map((token) => ('source' in token ? token.source : '')).join('');
    // blank lines are part of the text only where the header says so
    const blank = header.includes('+') ? 0 : source.length - source.trimEnd().length;
    return blank === source.length ? start + header.trimEnd().length : end - blank;
  }
  return isAlias(node) || end > start ? end : 0;
}

/** The sign between a key and its value, and what stands between it and the value. */
export interface Separation {
  /** Behind the colon; undefined when there is none. */
  readonly colonEnd: number | undefined;
  readonly hasLineBreak: boolean;
  /** An anchor or a tag of the value. */
  readonly property: SourceToken | undefined;
}

/** What stands between the key and the value of a pair. */
export function separationOf(pair: Pair): Separation {
  const tokens = (pair.srcToken as SourceMember | undefined)?.sep ?? [];
  const colon = tokens.find(({ type }) => type === 'map-value-ind');
  return {
    colonEnd: colon === undefined ? undefined : colon.offset + colon.source.length,
    hasLineBreak: tokens.some(({ type }) => type === 'newline'),
    property: tokens.find(({ type }) => type === 'anchor' || type === 'tag'),
  };
}

/** Whether a member merges another map into its own, so that its key stands for others. */
export const isMerge = ({ pair }: Member): boolean =>
  isScalar(pair?.key) && (pair.key.source === '<<' || String(pair.key.value) === '<<');

/** The pair of a map under this key, as it is written there; a merged one is not. */
export const pairOf = (node: YAMLMap, key: string): Pair | undefined =>
  node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
