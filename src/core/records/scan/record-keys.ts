import { DecisionRecord } from '../../api/decision-record.ts';

export type RecordKey = keyof typeof DecisionRecord.properties;

const byteOf = (sign: string): number => sign.charCodeAt(0);
const FIRST: Readonly<Record<string, string>> = { array: '[', object: '{', boolean: 'tf', integer: '-0123456789' };
const required: readonly string[] = DecisionRecord.required;
const fields = Object.entries(DecisionRecord.properties);

/** How many fields the schema knows; each has a number below, in the order of the schema. */
export const KEYS = fields.length;

/** How many of them every record has. */
export const REQUIRED_KEYS = required.length;

/** The number of a field. */
export const indexOfKey = (wanted: RecordKey): number => fields.findIndex(([name]) => name === wanted);

/** By number: 1 for a field that every record has. */
export const IS_REQUIRED = Uint8Array.from(fields, ([name]) => (required.includes(name) ? 1 : 0));

/** By number times 256, plus a byte: 1 when a value of the field may begin with it. */
export const BEGINS = new Uint8Array(KEYS * 256);
for (const [index, [, schema]] of fields.entries()) {
  // a list of words has no type; those of the record are texts
  const first = FIRST['type' in schema ? String(schema.type) : ''] ?? '"';
  for (const sign of first) BEGINS[index * 256 + byteOf(sign)] = 1;
}

const NAMES = fields.map(([name]) => Uint8Array.from(name, byteOf));

/** Mixes a further byte into the number by which the name of a field is looked up. */
const mixed = (hash: number, byte: number): number => (hash * 33 + byte) & 0xffff;

// a table in which each name of the schema has a place of its own: the smallest such size
const TABLE = smallestTable(NAMES.map((name) => name.reduce(mixed, 0)));

function smallestTable(hashes: readonly number[]): Int8Array {
  for (let size = hashes.length; ; size += 1) {
    if (new Set(hashes.map((hash) => hash % size)).size < hashes.length) continue;
    const table = new Int8Array(size).fill(-1);
    for (const [index, hash] of hashes.entries()) table[hash % size] = index;
    return table;
  }
}

const QUOTE = 0x22;
const LONGEST = Math.max(...NAMES.map(({ length }) => length));

/** Which field has the name that begins at an offset, up to a quotation mark; -1 for none of the schema. */
export function keyAt(bytes: Uint8Array, at: number): number {
  let hash = 0;
  let end = at;
  for (let byte = bytes[end]; byte !== QUOTE; byte = bytes[end]) {
    if (byte === undefined || end - at === LONGEST) return -1;
    hash = mixed(hash, byte);
    end += 1;
  }
  const index = TABLE[hash % TABLE.length] ?? -1;
  const name = NAMES[index];
  if (name === undefined || name.length !== end - at) return -1;
  for (let sign = 0; sign < name.length; sign += 1) if (name[sign] !== bytes[at + sign]) return -1;
  return index;
}

/** Whether the name of this field begins at an offset, up to a quotation mark. */
export function isKeyAt(bytes: Uint8Array, at: number, index: number): boolean {
  const name = NAMES[index];
  if (name === undefined) return false;
  for (let sign = 0; sign < name.length; sign += 1) if (name[sign] !== bytes[at + sign]) return false;
  return bytes[at + name.length] === QUOTE;
}

/** How many bytes the name of a field has. */
export const LENGTH_OF_KEY = Uint8Array.from(NAMES, ({ length }) => length);
