import { valueAt } from '../../src/core/json/pointer.ts';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { type Difference, differences } from '../core-fixtures/differences.ts';
import { type Injected, injected } from './admitted-pod.ts';
import { INTENDED, type Intended } from './intended.ts';
import type { Json, Peer } from './peer.ts';
import { policyFor } from './policy.ts';
import { semantic } from './semantic.ts';
import { CASES, UNSUPPORTED } from './settings.ts';
import { strict } from './strict.ts';
import { typed } from './typed.ts';
import { workloadPod } from './workload-pod.ts';

export const VERDICTS = ['strict', 'semantic', 'intended', 'unsupported', 'wrong'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What came of one golden. */
export interface Outcome {
  readonly golden: string;
  readonly verdict: Verdict;
  /** What is not supported, or what is intended. */
  readonly note: string;
  /** The differences that are not passed over, intended ones among them. */
  readonly differences: readonly Difference[];
  /** The entries of the table of intended differences that were met. */
  readonly intended: readonly Intended[];
}

export const goldensOf = ({ files }: Peer): string[] => files.filter((file) => file.endsWith('.injected'));

/** The file that a golden is made from. */
export const inputOf = (golden: string): string => CASES.get(golden)?.input ?? golden.replace(/\.injected$/, '');

/** The pods of a golden’s input as `admit` is asked about them, each with the object that it comes from. */
export const podsOf = (objects: readonly Json[]) =>
  objects.map((object) => {
    const pod = workloadPod(object);
    return { object, pod: pod === undefined ? undefined : typed(pod), namespace: namespaceOf(object) };
  });

const namespaceOf = ({ metadata }: Json): string =>
  ((metadata ?? {}) as { readonly namespace?: string }).namespace ?? 'default';

/** Runs one golden with compatibility Istio, and judges what comes of it. */
export function outcomeOf(golden: string, peer: Peer): Outcome {
  const policy = policyFor(CASES.get(golden) ?? {}, peer, 'Istio');
  const theirs = peer.objects(golden);
  const pairs = podsOf(peer.objects(inputOf(golden))).map((input, index) => pairOf(input, theirs[index] ?? {}, policy));
  const unsupported = UNSUPPORTED.get(golden);
  const common = { golden, note: '', intended: [], differences: [] };
  if (unsupported !== undefined) {
    const refusals = [...new Set(pairs.flatMap(({ refusedFor }) => refusedFor ?? []))];
    const note = [unsupported, ...refusals.map((reason) => `refused: ${reason}`)].join(', ');
    return { ...common, verdict: 'unsupported', note };
  }
  const compared = (form: (object: Json) => Json) =>
    pairs.flatMap((pair) => pair.refusals ?? differences(form(pair.ours), form(pair.theirs)));
  if (compared(strict).length === 0) return { ...common, verdict: 'strict' };
  const left = compared(semantic);
  if (left.length === 0) return { ...common, verdict: 'semantic' };
  const allowed = INTENDED.filter((entry) => entry.golden === golden);
  const covers = ({ pointer }: Intended, place: string) => place === pointer || place.startsWith(`${pointer}/`);
  const intended = allowed.filter((entry) => left.some((difference) => covers(entry, difference.pointer)));
  const isIntended = left.every((difference) => allowed.some((entry) => covers(entry, difference.pointer)));
  const note = [...new Set(intended.map(({ reason }) => reason))].join(', ');
  return { golden, verdict: isIntended ? 'intended' : 'wrong', note, differences: left, intended };
}

interface Pair {
  readonly ours: Json;
  readonly theirs: Json;
  /** Set when we refuse the pod. */
  readonly refusals?: readonly Difference[];
  readonly refusedFor?: string;
}

function pairOf(
  { object, pod, namespace }: ReturnType<typeof podsOf>[number],
  golden: Json,
  policy: ActivePolicy,
): Pair {
  if (pod === undefined) return { ours: object, theirs: golden };
  const wanted = workloadPod(golden) ?? {};
  const made = injected(pod, namespace, policy);
  if (made.kind === 'refused')
    return { ours: {}, theirs: wanted, refusals: refusalsOf(made, wanted), refusedFor: made.reason };
  return { ours: placed(object, made.pod), theirs: placed(golden, wanted) };
}

const refusalsOf = ({ reason, problems }: Extract<Injected, { kind: 'refused' }>, wanted: Json): Difference[] =>
  problems.map(({ path, message }) => ({
    pointer: path,
    ours: `refused (${reason}): ${message}`,
    theirs: valueAt(wanted, path),
  }));

// a CronJob is compared with what stands around its pod template, since Istio writes there
function placed({ kind, spec }: Json, pod: Json): Json {
  if (kind !== 'CronJob') return pod;
  const { metadata = {} } = (spec as { jobTemplate: Json }).jobTemplate;
  return { spec: { jobTemplate: { metadata, spec: { template: pod } } } };
}
