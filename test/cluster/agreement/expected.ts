import { admit } from '../../../src/core/admission/admit.ts';
import type { Hook } from '../../../src/core/admission/hook.ts';
import { reviewOfPodCreation } from '../../../src/core/admission/review-of.ts';
import { type Decision, decide } from '../../../src/core/decision/decide.ts';
import { excesses } from '../../../src/core/decision/guardrails.ts';
import { askOf } from '../../../src/core/decision/opt-in/ask.ts';
import { OPT_IN_RULES } from '../../../src/core/decision/opt-in/rules.ts';
import { subjectOf } from '../../../src/core/decision/subject.ts';
import { annotationsOf, labelsOf, type Pod } from '../../../src/core/kubernetes/pod.ts';
import type { ActivePolicy } from '../../../src/core/policy/active-policy.ts';
import { type Combination, deploymentOf, NAMESPACES, podOf } from './combinations.ts';

type Json = Record<string, unknown>;

/** What the API server has to do with one combination, told by the engine alone. */
export class Expected {
  readonly decision: Decision;
  readonly #row: Combination;
  readonly #policy: ActivePolicy;
  readonly #namespace: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly #pod: Pod;

  constructor(row: Combination, policy: ActivePolicy) {
    this.#row = row;
    this.#policy = policy;
    this.#namespace = { name: row.namespace, labels: NAMESPACES[row.namespace] ?? {} };
    this.#pod = podOf(row, 'combination') as unknown as Pod;
    this.decision = decide(subjectOf(this.#pod, this.#namespace, policy, '0'.repeat(16)));
  }

  /** The hook `inject` is called: only what its content tells can still keep a pod from being injected. */
  get called(): boolean {
    const { verdict, reason, also } = this.decision;
    return verdict !== 'skip' || (reason === 'other-injector' && !also.some((other) => SEEN_BEFORE.has(other)));
  }

  /** No selector says that one stage has a namespace or another one does: of such stages a pod may be sent, and left alone. */
  get mayBeCalledInVain(): boolean {
    const { verdict, reason, also } = this.decision;
    return verdict === 'skip' && [reason, ...also].every((code) => SEEN_INSIDE.has(code));
  }

  /** The warnings that come from Pillion itself, for the pod as it was stored. */
  podWarnings(final: Json): readonly string[] {
    if (this.#row.owner !== undefined || this.#protected || !(this.#marked || this.#open)) return [];
    return this.#warnings(reviewOfPodCreation(final, { ...REQUEST, namespace: this.#row.namespace }), 'warn');
  }

  /** The warnings to whoever applies a Deployment with this template. */
  deploymentWarnings(name: string): readonly string[] {
    if (this.#protected || !(this.#marked || this.#open)) return [];
    const object = deploymentOf(this.#row, name);
    const resource = { group: 'apps', version: 'v1', resource: 'deployments' };
    const request = { ...REQUEST, resource, operation: 'CREATE', namespace: this.#row.namespace, object };
    return this.#warnings({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request }, 'workloads');
  }

  /** The in-tree policies that object to the pod while the hook `inject` answers. */
  objectionsToPod(): readonly string[] {
    const { others } = this.#policy.spec.overrides;
    const asks = askOf(this.#pod, this.#policy.spec.optIn.podKey).says === 'yes';
    const subject = subjectOf(this.#pod, this.#namespace, this.#policy, '0'.repeat(16));
    const { verdict, reason, also } = this.decision;
    const beyond = verdict !== 'skip' && excesses(subject).some(({ path }) => path !== '');
    // to open the namespace is no advice where something else stands in the way
    const onlyClosed = [reason, ...also].every((code) => !OTHER_OBSTACLES.has(code));
    return [
      ...(asks && !this.#open && onlyClosed ? ['pillion-inert-opt-in'] : []),
      ...(beyond && others !== 'Audit' ? ['pillion-overrides'] : []),
    ];
  }

  /** The same while nobody injects: also the policy that wants to see the sidecar. */
  objectionsToBarePod(): readonly string[] {
    const lacks = this.decision.verdict !== 'skip' && this.#policy.spec.finalState !== 'Off' && !this.#choosesTemplates;
    return [...(lacks ? ['pillion-final-state'] : []), ...this.objectionsToPod()];
  }

  // a template of the profile can stand in the sidecar’s place, and no expression knows what it makes
  get #choosesTemplates(): boolean {
    const { shape } = this.#policy.profileFor(this.#pod, this.#namespace);
    return shape.absentWith.some((key) => annotationsOf(this.#pod)[key] !== undefined);
  }

  get #protected(): boolean {
    return this.#policy.protectedNamespaces.has(this.#row.namespace);
  }

  get #open(): boolean {
    const { optIn } = this.#policy.spec;
    return OPT_IN_RULES[optIn.rule](this.#namespace.labels, this.#pod, optIn) === undefined;
  }

  get #marked(): boolean {
    const { podKey } = this.#policy.spec.optIn;
    return [labelsOf(this.#pod), annotationsOf(this.#pod)].some((map) => Object.hasOwn(map, podKey));
  }

  #warnings(body: unknown, hook: Hook): readonly string[] {
    const snapshot = { policy: this.#policy, namespaces: new Map([[this.#namespace.name, this.#namespace]]) };
    const admission = admit(body, snapshot, { hook, now: new Date(0), caller: 'Unauthenticated' });
    return admission.kind === 'answered' ? (admission.review.response.warnings ?? []) : ['unanswerable'];
  }
}

const REQUEST = { uid: 'expected', user: 'admin', dryRun: true };

/** What keeps a pod from being injected in an open namespace as well. */
const OTHER_OBSTACLES: ReadonlySet<string> = new Set([
  'host-network',
  'namespace-protected',
  'other-injector',
  'stage-not-open',
]);

/** What the API server sees before it calls, besides what `other-injector` is about. */
const SEEN_BEFORE: ReadonlySet<string> = new Set(['opted-out', 'never-selector', 'not-opted-in', 'stage-not-open']);

/** What the hook itself may find of a pod that is held to stages, with what it asks for. */
const SEEN_INSIDE: ReadonlySet<string> = new Set([
  'stage-not-open',
  'other-injector',
  'opted-in',
  'always-selector',
  'auto-inject',
]);
