import { HOOKS, type Hook } from '../../admission/hook.ts';
import type { DecisionRecord } from '../../api/decision-record.ts';
import { digest } from '../../json/canonical.ts';
import { isoTime } from '../../json/iso-time.ts';
import type { AuditEvent } from '../audit-event.ts';
import { AnswerTable } from './answer-table.ts';
import { auditedAnswer, type Finding, recordedAnswer } from './finding.ts';
import { TimeSpan } from './time-span.ts';
import { type Difference, differencesOf, digestOf, toldByEvent, toldByRecord } from './told.ts';

/** How records and audit log tell of the answers of one hook. */
export interface Counts {
  equal: number;
  /** Of which the records lack one that the audit log tells. */
  missing: number;
  /** That only the records tell. */
  extra: number;
  changed: number;
  /** Outside of the time that the other one is about, or of a hook that the audit log does not know. */
  unjudged: number;
}

export interface Verification {
  readonly hooks: ReadonlyMap<Hook, Counts>;
  /** Those of the findings that are told one by one. */
  readonly findings: readonly Finding[];
  readonly records: TimeSpan;
  readonly audited: TimeSpan;
  /** Answers that were not judged, by which of both tells of them. */
  readonly notCompared: NotCompared;
  /** Pods that were created without a word of any hook about them. */
  readonly unasked: number;
}

export interface NotCompared {
  /** Of the audit log, outside of the records’ time. */
  readonly audited: number;
  /** Records outside of the audit log’s time, or of a hook that it tells nothing of. */
  readonly recorded: number;
}

// of records that nothing fits, and that are judged, so many are kept: with more, these are logs of two clusters
const MOST_KEPT = 10_000;
/** How many findings are told one by one. */
export const MOST_FINDINGS = 1_000;
// webhooks are called one after another, and may take 30 s each
const LONGEST_REQUEST_MS = 60_000;

/**
 * Compares decision records with the API server’s audit log, in three passes: over the audit log (`noteEvent`), the records (`noteRecord`) and the
 * audit log again (`judgeEvent`), which names what the records lack or tell otherwise. It keeps some 50 bytes of each answer.
 */
export class RecordVerifier {
  readonly #clockSkewMs: number;
  readonly #sameTime: boolean;
  readonly #answers = new AnswerTable();
  readonly #hooks = new Map<Hook, Counts>();
  readonly #covered = new Set<Hook>();
  /** Records that no answer fits, by their keys. */
  readonly #unfitting = new Map<string, DecisionRecord[]>();
  readonly #findings: Finding[] = [];
  readonly #records = new TimeSpan();
  readonly #audited = new TimeSpan();
  readonly #notCompared = { audited: 0, recorded: 0 };
  #kept = 0;
  #unasked = 0;

  /**
   * @param clockSkewMs by how much the clocks of replicas and API servers may differ
   * @param sameTime whether both are of the same time, so that what one tells before the other begins or after it ends is judged as well
   */
  constructor(clockSkewMs: number, { sameTime = false } = {}) {
    this.#clockSkewMs = clockSkewMs;
    this.#sameTime = sameTime;
  }

  noteEvent(event: AuditEvent): void {
    if (!isWhole(event)) return;
    this.#audited.add(event.receivedMs);
    if (event.hooks.size === 0 && madePod(event)) this.#unasked += 1;
    for (const hook of event.hooks.keys()) {
      this.#covered.add(hook);
      this.#answers.add(keyOf(event, hook), digestOf(toldByEvent(event, hook)), event.receivedMs);
    }
  }

  noteRecord(record: DecisionRecord): void {
    const hook = HOOKS.find((each) => each === record.hook);
    // what the watch saw was no request
    if (hook === undefined) return;
    const ms = Date.parse(record.time);
    this.#records.add(ms);
    const key = keyUnder(hook, record.recordId);
    const found = this.#answers.take(key, digestOf(toldByRecord(record)), (received) => this.#fits(ms, received));
    if (found === 'first') this.#countsOf(hook).equal += 1;
    // logs that overlap tell the same twice
    if (found !== undefined) return;
    const isJudged = this.#isJudged(hook, ms);
    // one that an answer has the key of may tell another time than that
    if (this.#kept < MOST_KEPT && (isJudged || this.#answers.knows(key))) {
      this.#kept += 1;
      this.#unfitting.set(key, [...(this.#unfitting.get(key) ?? []), record]);
    } else if (isJudged) this.#countsOf(hook).extra += 1;
    else this.#passOver(hook, 'recorded');
  }

  judgeEvent(event: AuditEvent): void {
    if (!isWhole(event)) return;
    for (const hook of event.hooks.keys()) {
      const key = keyOf(event, hook);
      if (this.#answers.judge(key, digestOf(toldByEvent(event, hook)), event.receivedMs) !== 'first') continue;
      const record = this.#unfitting.get(key)?.shift();
      if (record === undefined) this.#lacks(event, hook);
      else this.#differs(event, hook, record);
    }
  }

  /** What came of it, once everything was judged. */
  get verification(): Verification {
    for (const record of [...this.#unfitting.values()].flat()) this.#isExtra(record);
    this.#unfitting.clear();
    return {
      hooks: this.#hooks,
      findings: this.#findings,
      records: this.#records,
      audited: this.#audited,
      notCompared: this.#notCompared,
      unasked: this.#unasked,
    };
  }

  #lacks(event: AuditEvent, hook: Hook): void {
    // the second call of a pod is answered and not recorded
    if (hook === 'inject' && event.hooks.get(hook)?.get('reason') === 'already-injected') return;
    if (!this.#reaches(this.#records, event.receivedMs)) this.#passOver(hook, 'audited');
    else {
      this.#countsOf(hook).missing += 1;
      this.#tell({ kind: 'missing', ...auditedAnswer(event, hook), auditId: event.auditId });
    }
  }

  #differs(event: AuditEvent, hook: Hook, record: DecisionRecord): void {
    const fields = [...this.#timeDifference(event, record), ...differencesOf(event, hook, record)];
    const counts = this.#countsOf(hook);
    if (fields.length === 0) counts.equal += 1;
    else {
      counts.changed += 1;
      this.#tell({ kind: 'changed', ...auditedAnswer(event, hook), auditId: event.auditId, fields });
    }
  }

  #isExtra(record: DecisionRecord): void {
    const hook = record.hook as Hook;
    if (!this.#isJudged(hook, Date.parse(record.time))) this.#passOver(hook, 'recorded');
    else {
      this.#countsOf(hook).extra += 1;
      this.#tell({ kind: 'extra', ...recordedAnswer(record, hook) });
    }
  }

  /** Whether the audit log would tell of an answer of this hook at this time. */
  #isJudged = (hook: Hook, ms: number): boolean => this.#covered.has(hook) && this.#reaches(this.#audited, ms);

  #reaches = (log: TimeSpan, ms: number): boolean => this.#sameTime || log.covers(ms, this.#clockSkewMs);

  #passOver(hook: Hook, told: keyof NotCompared): void {
    this.#countsOf(hook).unjudged += 1;
    this.#notCompared[told] += 1;
  }

  #tell(finding: Finding): void {
    if (this.#findings.length < MOST_FINDINGS) this.#findings.push(finding);
  }

  #countsOf(hook: Hook): Counts {
    const counts = this.#hooks.get(hook) ?? { equal: 0, missing: 0, extra: 0, changed: 0, unjudged: 0 };
    this.#hooks.set(hook, counts);
    return counts;
  }

  #fits(ms: number, receivedMs: number): boolean {
    if (Number.isNaN(receivedMs)) return true;
    return ms >= receivedMs - this.#clockSkewMs && ms <= receivedMs + LONGEST_REQUEST_MS + this.#clockSkewMs;
  }

  #timeDifference({ receivedMs }: AuditEvent, { time }: DecisionRecord): Difference[] {
    if (this.#fits(Date.parse(time), receivedMs)) return [];
    return [{ field: 'time', audited: isoTime(new Date(receivedMs)), recorded: time }];
  }
}

// an earlier stage is told of before the hooks are called
const isWhole = ({ stage }: AuditEvent): boolean => stage === 'ResponseComplete' || stage === 'Panic';

const madePod = ({ operation, resource, code }: AuditEvent): boolean =>
  operation === 'CREATE' &&
  resource.apiVersion === 'v1' &&
  resource.resource === 'pods' &&
  resource.subresource === '' &&
  code === 201;

const keyOf = ({ hooks }: AuditEvent, hook: Hook): string => keyUnder(hook, hooks.get(hook)?.get('record') ?? '');
const keyUnder = (hook: Hook, recordId: string): string => digest(`${hook} ${recordId}`);
