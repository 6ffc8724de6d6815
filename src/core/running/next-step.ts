import type { DecisionRecord } from '../api/decision-record.ts';
import { REVISION_LABEL } from '../decision/opt-in/keys.ts';
import { explanationOf } from '../decision/reasons.ts';
import type { Owner } from '../kubernetes/owner.ts';
import { ownValue } from '../kubernetes/pod.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { shellWord } from '../problem/shell-word.ts';
import { byHandOfSettings, isRollingKind } from '../rollout/by-hand.ts';
import { hasTemplate, markCommand } from './mark-command.ts';
import type { SidecarState } from './sidecar-state.ts';

/** What to do next: in a sentence, and as one command for a shell where one does it. */
export interface NextStep {
  readonly says: string;
  readonly command?: string;
}

/** What advice is about: an object of a cluster. */
export interface Advised {
  readonly namespace: string;
  readonly record: Pick<DecisionRecord, 'verdict' | 'reason' | 'rule' | 'problems' | 'inputs'>;
  readonly policy: ActivePolicy;
  /** Whether the policy stands in the cluster as an object. */
  readonly policyInCluster: boolean;
  /** The workload that makes the pods, at the top; undefined for a pod that nobody makes. */
  readonly workload: Owner | undefined;
  /** That workload as it stands, where it was read: its settings may keep it from replacing its pods. */
  readonly standing?: object;
  /** Of a pod: its name. */
  readonly pod?: string;
  /** What stands of its pods, worst first, and some of the pods of each. */
  readonly states: readonly SidecarState[];
  readonly podsOf?: (state: SidecarState) => readonly string[];
}

/** What to do about a decision in a cluster; undefined when nothing is to be done. A decision comes before what runs: pods follow it. */
export function nextStep(advised: Advised): NextStep | undefined {
  const { verdict, reason } = advised.record;
  const [worst] = advised.states.filter(
    (state) => state !== 'injected' && state !== 'not-wanted' && state !== 'refused',
  );
  if (worst !== undefined && (verdict === 'inject' || worst === 'unwanted' || worst === 'forged'))
    return replaced(advised, worst);
  if (verdict === 'inject' || reason === 'already-injected') return undefined;
  const command = commandFor(advised);
  return { says: explanationOf(reason).hint, ...(command !== undefined && { command }) };
}

/** Whether `kubectl rollout restart` replaces its pods; kinds of other operators share names with those of Kubernetes. */
export const isRestartable = ({ apiVersion, kind }: Pick<Owner, 'apiVersion' | 'kind'>): boolean =>
  apiVersion === 'apps/v1' && isRollingKind(kind);

const ENDING: ReadonlySet<string> = new Set(['Job', 'CronJob']);

const RESTARTS: Readonly<Partial<Record<SidecarState, string>>> = {
  stale: 'Start the pods anew, and they get the sidecar of today.',
  missing: 'Start the pods anew, and they get their sidecar.',
  unwanted: 'Start the pods anew, and they run without the sidecar.',
  forged: 'Replace the pod: its status was not written by Pillion.',
};

function replaced({ namespace, workload, standing = {}, pod, podsOf }: Advised, state: SidecarState): NextStep {
  const says = RESTARTS[state] ?? '';
  const inNamespace = `kubectl -n ${shellWord(namespace)}`;
  if (workload !== undefined && isRestartable(workload)) {
    const { kind, name } = workload;
    const pods = pod === undefined ? (podsOf?.(state) ?? []) : [pod];
    const byHand = byHandOfSettings({ kind, namespace, name }, standing, pods);
    if (byHand === undefined) return { says, command: `${inNamespace} rollout restart ${objectWord(workload)}` };
    const { next } = byHand;
    return { says: `${says} ${kind} ${name} ${byHand.says}.`, ...(next !== undefined && { command: next }) };
  }
  if (workload?.apiVersion === 'batch/v1' && ENDING.has(workload.kind))
    return { says: 'Nothing, unless it has to be at once: its next run decides anew.' };
  if (pod === undefined) return { says };
  if (workload === undefined)
    return {
      says: `${says} Nobody makes it again: apply its manifest anew.`,
      command: `${inNamespace} replace --force -f FILE`,
    };
  return { says, command: `${inNamespace} delete pod ${shellWord(pod)}` };
}

function commandFor(advised: Advised): string | undefined {
  const { namespace, record, policy, policyInCluster, workload } = advised;
  const { key, enabled } = policy.spec.optIn.namespaceLabel;
  const label = (what: string) => `kubectl label namespace ${shellWord(namespace)} ${shellWord(what)} --overwrite`;
  switch (record.reason) {
    case 'namespace-not-enabled':
    case 'namespace-disabled':
    case 'namespace-label-invalid':
      return label(`${key}=${enabled}`);
    case 'other-revision': {
      const { revision } = policy.spec.optIn;
      const ofPod = ownValue(record.inputs.podLabels, REVISION_LABEL);
      if (ofPod === undefined || ofPod === revision) return label(`${REVISION_LABEL}=${revision}`);
      return workload && markCommand(namespace, workload, 'labels', REVISION_LABEL, revision);
    }
    case 'not-opted-in':
    case 'opted-out':
    case 'never-selector': {
      const { podKey } = policy.spec.optIn;
      // the label beats the annotation
      const place = ownValue(record.inputs.podLabels, podKey) === undefined ? 'annotations' : 'labels';
      return workload && markCommand(namespace, workload, place, podKey, 'true');
    }
    case 'stage-not-open':
      return policyInCluster ? 'pillion rollout plan --current' : undefined;
    case 'excluded':
      return policyInCluster ? `kubectl edit injectionpolicy ${shellWord(policy.name)}` : undefined;
    default:
      return record.problems.length > 0 || record.reason === 'host-network' ? edit(advised) : undefined;
  }
}

const edit = ({ namespace, workload }: Advised): string | undefined =>
  workload && hasTemplate(workload) ? `kubectl -n ${shellWord(namespace)} edit ${objectWord(workload)}` : undefined;

const objectWord = ({ kind, name }: Pick<Owner, 'kind' | 'name'>): string => shellWord(`${kind.toLowerCase()}/${name}`);
