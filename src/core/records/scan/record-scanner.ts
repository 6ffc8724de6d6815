import { DecisionRecord, RECORD_SCHEMA } from '../../api/decision-record.ts';
import { REASONS } from '../../decision/reasons.ts';
import { KnownValues, plainTextAt } from '../../json/known-values.ts';
import { endOfValue } from '../../json/scanned.ts';
import type { RecordFacts } from '../record-facts.ts';
import { BEGINS, IS_REQUIRED, indexOfKey, isKeyAt, KEYS, keyAt, LENGTH_OF_KEY, REQUIRED_KEYS } from './record-keys.ts';
import { timeAt } from './scanned-time.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const LETTER_T = 0x74;

const SCHEMA = indexOfKey('schema');
const TIME = indexOfKey('time');
const RECORD_ID = indexOfKey('recordId');
const UID = indexOfKey('uid');
const HOOK = indexOfKey('hook');
const RULE = indexOfKey('rule');
const OPERATION = indexOfKey('operation');
const VERDICT = indexOfKey('verdict');
const REASON = indexOfKey('reason');
const DRY_RUN = indexOfKey('dryRun');
const NAMESPACE = indexOfKey('namespace');
const USER = indexOfKey('user');
const POLICY = indexOfKey('policy');
const PROFILE = indexOfKey('profile');
const TRIBE = indexOfKey('tribe');
const SQUAD = indexOfKey('squad');
const POD = indexOfKey('pod');
const POD_UID = indexOfKey('podUid');
const GENERATE_NAME = indexOfKey('generateName');
const OWNER = indexOfKey('owner');
const WORKLOAD = indexOfKey('workload');
const CONTROLLER_UID = indexOfKey('controllerUid');
const REINVOKED = indexOfKey('reinvoked');

const HOOKS: ReadonlySet<unknown> = new Set(DecisionRecord.properties.hook.enum);
const VERDICTS: ReadonlySet<unknown> = new Set(DecisionRecord.properties.verdict.enum);

/**
 * Tells the facts of the record that it has scanned last from the bytes of its line, each when it is asked for; nothing else is built.
 * What it says is so: the line is JSON, it has every field that a record must have, none twice and none that the schema does not
 * know, each beginning as a value of its type does; schema, time, hook, verdict and reason are ones of this version. What stands
 * inside the other fields is not compared with the schema.
 */
export class RecordScanner implements RecordFacts {
  readonly #values = new KnownValues();
  // where the value of each field stands; 0 for one that is not there, since a line begins with a bracket
  readonly #from = new Int32Array(KEYS);
  readonly #to = new Int32Array(KEYS);
  // which field came last after each, and at the beginning: nearly always the same one
  readonly #follows = new Int8Array(KEYS + 1);
  #bytes: Buffer = Buffer.alloc(0);
  #ms = Number.NaN;

  /**
   * Looks at one line; the bytes have to stay as they are for as long as facts are asked for.
   * @param end of the line, before its line break, which has to be there
   * @returns false when this is not sure to be a record: JSON.parse and the schema have to say
   */
  scan(bytes: Buffer, start: number, end: number): boolean {
    if (bytes[start] !== OPEN || this.#scanFields(bytes, start + 1) !== end) return false;
    this.#bytes = bytes;
    this.#ms = timeAt(bytes, (this.#from[TIME] ?? 0) + 1, (this.#to[TIME] ?? 0) - 1);
    if (Number.isNaN(this.#ms) || this.#value(SCHEMA) !== RECORD_SCHEMA) return false;
    return HOOKS.has(this.hook) && VERDICTS.has(this.verdict) && REASONS.has(this.reason);
  }

  /** @returns the offset behind the object; -1 when it is not surely one of a record */
  #scanFields(bytes: Buffer, first: number): number {
    this.#from.fill(0);
    let required = 0;
    let before = KEYS;
    for (let at = first; bytes[at] === QUOTE; at += 1) {
      const expected = this.#follows[before] as number;
      const key = isKeyAt(bytes, at + 1, expected) ? expected : keyAt(bytes, at + 1);
      if (key === -1 || this.#from[key] !== 0) return -1;
      this.#follows[before] = key;
      before = key;
      const value = at + (LENGTH_OF_KEY[key] ?? 0) + 3;
      if (bytes[value - 1] !== COLON || BEGINS[key * 256 + (bytes[value] ?? 0)] !== 1) return -1;
      at = endOfValue(bytes, value);
      if (at === -1) return -1;
      this.#from[key] = value;
      this.#to[key] = at;
      required += IS_REQUIRED[key] ?? 0;
      if (bytes[at] === CLOSE) return required === REQUIRED_KEYS ? at + 1 : -1;
      if (bytes[at] !== COMMA) return -1;
    }
    return -1;
  }

  // of the types that the schema says, as far as the first byte tells
  #value(key: number): never {
    const from = this.#from[key] ?? 0;
    return (from === 0 ? undefined : this.#values.at(this.#bytes, from, this.#to[key] ?? 0)) as never;
  }

  // of which each is another one
  #own(key: number): string | undefined {
    const from = this.#from[key] ?? 0;
    return from === 0 ? undefined : plainTextAt(this.#bytes, from, this.#to[key] ?? 0);
  }

  /** The time of the record, in milliseconds since 1970. */
  get ms(): number {
    return this.#ms;
  }
  get recordId(): string {
    return this.#own(RECORD_ID) ?? '';
  }
  get time(): string {
    return this.#own(TIME) ?? '';
  }
  get uid(): string {
    return this.#own(UID) ?? '';
  }
  get rule(): string {
    return this.#value(RULE);
  }
  get operation(): string {
    return this.#value(OPERATION);
  }
  get hook(): RecordFacts['hook'] {
    return this.#value(HOOK);
  }
  get verdict(): RecordFacts['verdict'] {
    return this.#value(VERDICT);
  }
  get reason(): RecordFacts['reason'] {
    return this.#value(REASON);
  }
  get dryRun(): boolean {
    return this.#bytes[this.#from[DRY_RUN] ?? 0] === LETTER_T;
  }
  get namespace(): string {
    return this.#value(NAMESPACE);
  }
  get user(): string {
    return this.#value(USER);
  }
  get policy(): RecordFacts['policy'] {
    return this.#value(POLICY);
  }
  get profile(): string | undefined {
    return this.#value(PROFILE);
  }
  get tribe(): string | undefined {
    return this.#value(TRIBE);
  }
  get squad(): string | undefined {
    return this.#value(SQUAD);
  }
  get pod(): string | undefined {
    return this.#own(POD);
  }
  get podUid(): string | undefined {
    return this.#own(POD_UID);
  }
  get generateName(): string | undefined {
    return this.#value(GENERATE_NAME);
  }
  get owner(): RecordFacts['owner'] {
    return this.#value(OWNER);
  }
  get workload(): RecordFacts['workload'] {
    return this.#value(WORKLOAD);
  }
  get controllerUid(): string | undefined {
    return this.#value(CONTROLLER_UID);
  }
  get reinvoked(): boolean | undefined {
    return this.#value(REINVOKED);
  }
}
