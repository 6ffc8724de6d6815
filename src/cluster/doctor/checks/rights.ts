import { orOk, problem, skipped, someOf } from '../../../core/doctor/finding.ts';
import { type Installed, type Right, rightsOf } from '../../rights.ts';
import { type KubeTransport, textOf } from '../../transport.ts';
import type { Check } from '../examine.ts';
import type { Deployment } from '../patient.ts';

const REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
const CALL_WITHIN_MS = 10_000;
const AT_ONCE = 16;

interface Asked {
  readonly namespace?: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly name?: string;
  readonly verb: string;
}

/** Whether the ServiceAccount of the replicas has each right of the catalogue; the API server's own authorizer is asked. */
export const rights: Check = async (patient) => {
  const deployment = await patient.deployment();
  if (deployment === undefined) return [skipped('there is no Deployment, so no ServiceAccount is known')];
  const account = deployment.spec.template.spec.serviceAccountName ?? 'default';
  const user = `system:serviceaccount:${patient.namespace}:${account}`;
  const questions = rightsOf(installedBy(deployment)).flatMap((right) => questionsOf(right, patient.namespace));
  const waiting = [...questions];
  const denied = new Set<Asked>();
  const ask = async () => {
    for (let asked = waiting.shift(); asked !== undefined; asked = waiting.shift())
      if (!(await isAllowed(patient.transport, user, asked))) denied.add(asked);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  // answers come in any order, and the same state is to be told in the same words
  const missing = questions.filter((asked) => denied.has(asked));
  const [first] = missing;
  const names = [...new Set(missing.map(said))].sort();
  const found =
    first === undefined
      ? []
      : [problem(`ServiceAccount ${patient.namespace}/${account} may not ${someOf(names)}`, canI(first, user))];
  return orOk(found, `ServiceAccount ${patient.namespace}/${account} has every right that it needs`);
};

/** How it was installed, by the arguments of the server. */
function installedBy(deployment: Deployment): Installed {
  const { containers, volumes = [] } = deployment.spec.template.spec;
  const args = containers?.[0]?.args ?? [];
  return {
    registration: args.includes('--registration=Manual') ? 'Manual' : 'Managed',
    watchdog: args.includes('--watchdog') ? 'On' : 'Off',
    dashboard: args.some((argument) => /^--dashboard-port=(?!0$)/.test(argument)) ? 'On' : 'Off',
    // CertManager and Provided need the same rights
    certificates: volumes.some(({ secret }) => secret !== undefined) ? 'Provided' : 'Self',
  };
}

/**
 * The questions of one right. A rule of a role grants each of its verbs on each of its names, so that it is enough to ask for every verb on
 * one name, and for one verb on every name: 60 questions of the longest right in place of 200.
 */
const questionsOf = ({ scope, apiGroup, resources, names = [], verbs }: Right, own: string): readonly Asked[] =>
  resources.flatMap((path) => {
    const [resource = '', subresource] = path.split('/');
    const asked = (verb: string, name: string | undefined): Asked => ({
      ...(scope === 'Own' && { namespace: own }),
      ...{ group: apiGroup, resource, verb },
      ...(subresource !== undefined && { subresource }),
      ...(name !== undefined && { name }),
    });
    const [verb = ''] = verbs;
    return [...verbs.map((each) => asked(each, names[0])), ...names.slice(1).map((name) => asked(verb, name))];
  });

async function isAllowed(transport: KubeTransport, user: string, resourceAttributes: Asked): Promise<boolean> {
  const [, , namespace] = user.split(':');
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  const response = await transport.open({
    method: 'POST',
    path: REVIEWS,
    body: JSON.stringify({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, groups, resourceAttributes },
    }),
    signal: AbortSignal.timeout(CALL_WITHIN_MS),
  });
  const { status } = JSON.parse(await textOf(response)) as { readonly status?: { readonly allowed?: boolean } };
  return status?.allowed === true;
}

const kindOf = ({ group, resource, subresource }: Asked): string =>
  `${resource}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`;

const said = (asked: Asked): string => `${asked.verb} ${kindOf(asked)}`;

const canI = ({ namespace, name, verb, ...kind }: Asked, user: string): string => {
  const { subresource, ...whole } = kind;
  const what = `${kindOf({ ...whole, verb })}${name === undefined ? '' : `/${name}`}`;
  const flags = [...(subresource ? [`--subresource=${subresource}`] : []), ...(namespace ? ['-n', namespace] : [])];
  return ['kubectl auth can-i', verb, what, ...flags, `--as=${user}`].join(' ');
};
