import { expect, test } from '@jest/globals';
import { type ForeignConfiguration, overlappingInjectors } from '../../../src/core/registration/other-injectors.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

const hook = 'sidecar-injector.istio.io';
const inject = 'sidecar.istio.io/inject';
const exists = (key: string) => ({ key, operator: 'Exists' as const });
const absent = (key: string) => ({ key, operator: 'DoesNotExist' as const });
const isIn = (key: string, ...values: string[]) => ({ key, operator: 'In' as const, values });
const notIn = (key: string, ...values: string[]) => ({ key, operator: 'NotIn' as const, values });
const neither = [absent('istio-injection'), absent('istio.io/rev')];

/** The four hooks of istiod's chart for a revision; reference 1.1. */
const revisioned = (revision: string) => ({
  'rev.namespace.': {
    namespaces: [isIn('istio.io/rev', revision), absent('istio-injection')],
    objects: [notIn(inject, 'false')],
  },
  'rev.object.': { namespaces: neither, objects: [notIn(inject, 'false'), isIn('istio.io/rev', revision)] },
});
const unrevisioned = {
  ...revisioned('default'),
  'namespace.': { namespaces: [isIn('istio-injection', 'enabled')], objects: [notIn(inject, 'false')] },
  'object.': { namespaces: neither, objects: [isIn(inject, 'true'), absent('istio.io/rev')] },
};
const deactivated = {
  'namespace.': { namespaces: [isIn('istio.io/deactivated', 'never-match')], objects: [] },
  'object.': {
    namespaces: [isIn('istio.io/deactivated', 'never-match')],
    objects: [isIn('istio.io/deactivated', 'never-match')],
  },
};
type Hooks = Readonly<Record<string, { namespaces: object[]; objects: object[] }>>;

const configuration = (hooks: Hooks): ForeignConfiguration => ({
  metadata: { name: 'istio-sidecar-injector', labels: { app: 'sidecar-injector' } },
  webhooks: Object.entries(hooks).map(([prefix, { namespaces, objects }]) => ({
    name: `${prefix}${hook}`,
    namespaceSelector: { matchExpressions: namespaces },
    objectSelector: { matchExpressions: objects },
  })) as ForeignConfiguration['webhooks'] & object,
});

const istioRule = { optIn: { rule: 'Istio' as const } };
const enabledNamespace = isIn('istio-injection', 'enabled');

test.each<[string, Parameters<typeof policyWith>[0], Hooks, string[]]>([
  ['an unrevisioned istiod', {}, unrevisioned, ['rev.namespace.', 'namespace.']],
  ['the same beside the rule Istio', istioRule, unrevisioned, Object.keys(unrevisioned)],
  ['an istiod of another revision', {}, revisioned('canary'), []],
  ['the same beside the rule Istio', istioRule, revisioned('canary'), []],
  ['an istiod of our revision', { optIn: { revision: 'canary' } }, revisioned('canary'), ['rev.namespace.']],
  ['an istiod beside another revision of ours', { optIn: { revision: 'pillion' } }, unrevisioned, ['namespace.']],
  [
    'an istiod beside another label of ours: it takes pods that ask by label',
    { optIn: { revision: 'pillion', namespaceLabel: { key: 'pillion.io/injection', enabled: 'on', disabled: 'off' } } },
    unrevisioned,
    ['object.'],
  ],
  [
    'an istiod beside other keys of ours',
    {
      optIn: {
        podKey: 'pillion.io/inject',
        revision: 'pillion',
        namespaceLabel: { key: 'pillion.io/injection', enabled: 'on', disabled: 'off' },
      },
    },
    unrevisioned,
    [],
  ],
  ['a deactivated default', {}, deactivated, []],
  ['a deactivated default beside the rule Istio', istioRule, deactivated, []],
  ['a hook without selectors', {}, { '': { namespaces: [], objects: [] } }, ['']],
  [
    'a hook for one namespace',
    {},
    { '': { namespaces: [isIn('kubernetes.io/metadata.name', 'a')], objects: [] } },
    [''],
  ],
  [
    'a hook for protected namespaces only',
    {},
    { '': { namespaces: [isIn('kubernetes.io/metadata.name', 'kube-system')], objects: [] } },
    [],
  ],
  [
    'a hook for pods that opt out',
    {},
    { '': { namespaces: [enabledNamespace], objects: [isIn(inject, 'false')] } },
    [],
  ],
  [
    'a hook that leaves enabled out',
    {},
    { '': { namespaces: [notIn('istio-injection', 'enabled'), exists('istio-injection')], objects: [] } },
    [],
  ],
  ['a hook for further labels', {}, { '': { namespaces: [enabledNamespace, exists('mesh')], objects: [] } }, []],
])('%s', (_name, changes, hooks, expected) => {
  const found = overlappingInjectors([configuration(hooks)], policyWith(changes));
  expect(found).toEqual(
    expected.map((prefix) => ({ configuration: 'istio-sidecar-injector', hook: `${prefix}${hook}` })),
  );
});
