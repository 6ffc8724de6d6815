import type { ActivePolicy } from '../policy/active-policy.ts';
import { any, HAS_CONTROLLER, hasKey, not, sameTemplate, sameUnderKey, type TemplatePath } from './cel.ts';
import type { MatchCondition } from './match-condition.ts';
import { hookParts, unprotected } from './namespace-groups.ts';
import { namespaced, type Rule, type WebhookConfiguration } from './objects.ts';
import { validating, webhook } from './webhook.ts';

interface Kinds {
  /** The part of the hook’s name that tells the kinds apart; most have none. */
  readonly infix: string;
  readonly template: TemplatePath;
  readonly rules: readonly Rule[];
}

const APPLIED = ['CREATE', 'UPDATE'] as const;

/** The kinds that make pods, by the place of their template: an expression can name only one. */
const KINDS: readonly Kinds[] = [
  {
    infix: '',
    template: 'spec.template',
    rules: [
      namespaced(APPLIED, 'apps', ['deployments', 'replicasets', 'statefulsets', 'daemonsets']),
      namespaced(APPLIED, '', ['replicationcontrollers']),
      namespaced(APPLIED, 'batch', ['jobs']),
    ],
  },
  {
    infix: 'cronjobs.',
    template: 'spec.jobTemplate.spec.template',
    rules: [namespaced(APPLIED, 'batch', ['cronjobs'])],
  },
];

/**
 * What a ReplicaSet of a Deployment is about was told when the Deployment was applied; its creation joins the two records. Whoever
 * changes its template by hand is not the one who applied the Deployment.
 */
const notKeptByController = (template: TemplatePath): MatchCondition => ({
  name: 'template-changes-or-without-controller',
  expression: any(not(HAS_CONTROLLER), not(sameTemplate(template))),
});

/**
 * The hook that tells whoever applies a workload what will become of its pods: those of open namespaces that are marked or
 * whose template changes, elsewhere those that are marked or were. It also sees the mark of a running pod change.
 */
export function workloadsConfiguration(policy: ActivePolicy, clientConfig: object): WebhookConfiguration {
  const how = { clientConfig, failurePolicy: 'Ignore' as const, timeoutSeconds: 1 };
  const ofKinds = KINDS.flatMap(({ infix, template, rules }) =>
    matchesOf(policy, template).map(({ prefix, namespaces, conditions }) => {
      const matches = {
        namespaces: [...namespaces, unprotected(policy)],
        conditions: [...conditions, notKeptByController(template)],
      };
      return webhook(`${prefix}${infix}workloads.pillion.io`, rules, matches, how);
    }),
  );
  const runningPods = webhook(
    'running-pods.workloads.pillion.io',
    [namespaced(['UPDATE'], '', ['pods'])],
    { namespaces: [unprotected(policy)], conditions: [markChanges(policy)] },
    how,
  );
  return validating('pillion-workloads', [...ofKinds, runningPods]);
}

function matchesOf(policy: ActivePolicy, template: TemplatePath) {
  const marked = carriesOrCarriedMark(policy, template);
  const templateChanges = not(sameTemplate(template));
  return hookParts(policy, `object.${template}.metadata.labels`, {
    enabled: [{ name: 'marked-or-template-changes', expression: any(marked, templateChanges) }],
    open: [
      { name: 'carries-no-mark', expression: not(marked) },
      { name: 'template-changes', expression: templateChanges },
    ],
    elsewhere: [{ name: 'carries-or-carried-mark', expression: marked }],
  });
}

/** The mark stands on the workload or on its template, now or before. */
const carriesOrCarriedMark = ({ spec }: ActivePolicy, template: TemplatePath): string =>
  any(
    ...(['object', 'oldObject'] as const).flatMap((version) =>
      (['metadata', `${template}.metadata`] as const).flatMap((metadata) =>
        (['labels', 'annotations'] as const).map((map) => hasKey(`${version}.${metadata}.${map}`, spec.optIn.podKey)),
      ),
    ),
  );

const markChanges = ({ spec }: ActivePolicy): MatchCondition => ({
  name: 'mark-changes',
  expression: any(
    ...(['labels', 'annotations'] as const).map((map) =>
      not(sameUnderKey(`object.metadata.${map}`, `oldObject.metadata.${map}`, spec.optIn.podKey)),
    ),
  ),
});
