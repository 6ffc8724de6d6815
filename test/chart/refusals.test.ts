import { describe, expect, test } from '@jest/globals';
import { HELMS, template } from './helm-runs.ts';

const REFUSED: readonly (readonly [what: string, values: object, told: readonly string[]])[] = [
  ['a misspelled key', { replcias: 2 }, ["additional properties 'replcias' not allowed"]],
  ['a misspelled key of a group', { certificates: { mod: 'Self' } }, ["at '/certificates'", "'mod' not allowed"]],
  ['another type', { replicas: 'two' }, ["at '/replicas'", 'got string, want integer']],
  ['too few replicas', { replicas: 0 }, ["at '/replicas'", 'minimum']],
  [
    'a mode that does not exist',
    { certificates: { mode: 'self' } },
    ["at '/certificates/mode'", "'Self', 'CertManager', 'Provided'"],
  ],
  [
    'Provided without a Secret',
    { certificates: { mode: 'Provided' } },
    ["at '/certificates/existingSecret'", 'minLength'],
  ],
  ['both monitors', { monitoring: { scrape: 'ServiceMonitor,PodMonitor' } }, ["at '/monitoring/scrape'"]],
  [
    'an amount that is none',
    { resources: { limits: { memory: 'much' } } },
    ["at '/resources/limits/memory'", 'pattern'],
  ],
  ['a duration that is none', { certificates: { leafLifetime: '7d' } }, ["at '/certificates/leafLifetime'", 'pattern']],
  ['an image with a space', { image: { repository: 'a b' } }, ["at '/image/repository'", 'pattern']],
  ['a digest that is none', { image: { digest: 'sha256:1' } }, ["at '/image/digest'", 'pattern']],
  ['a policy with a misspelled key', { policy: { optin: {} } }, ["at '/policy'", "'optin' not allowed"]],
  [
    'a policy with a wrong value',
    { policy: { finalState: 'Maybe' } },
    ["at '/policy/finalState'", "'Deny', 'Warn', 'Off'"],
  ],
  [
    'a policy with a bare Off, which is a boolean',
    { policy: { finalState: false } },
    ["at '/policy/finalState'", "'Deny', 'Warn', 'Off'"],
  ],
  ['an empty selector', { policy: { neverInject: [{}] } }, ["at '/policy/neverInject/0'", 'minProperties']],
  [
    'a label that cannot be',
    { policy: { neverInject: [{ matchLabels: { 'a b': 'c' } }] } },
    ["at '/policy/neverInject/0/matchLabels"],
  ],
  [
    'an override without a key',
    { policy: { overrides: { allow: [{ min: '1' }] } } },
    ["at '/policy/overrides/allow/0'", "'key'"],
  ],
  ['a profile without its kind', { profiles: { small: {} } }, ["at '/profiles/small'", "missing property 'kind'"]],
  ['a profile with a name that cannot be', { profiles: { Small_: {} } }, ["at '/profiles'", "'Small_' not allowed"]],
  [
    'bounds of replicas that cross',
    { autoscaling: { enabled: true, minReplicas: 5, maxReplicas: 3 } },
    ['/autoscaling/minReplicas is 5, above maxReplicas 3'],
  ],
];

describe.each(HELMS)('Helm %s refuses', (major) => {
  test.each(REFUSED)('%s', async (_what, values, told) => {
    const sets = Object.entries(values).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]);
    const { code, stdout, stderr } = await template(major, sets);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    for (const part of told) expect(stderr).toContain(part);
  });

  test('a cluster that is too old', async () => {
    const { code, stderr } = await template(major, ['--kube-version', '1.29.9']);
    expect(code).toBe(1);
    expect(stderr).toContain('chart requires kubeVersion: >=1.30.0-0');
  });

  test('nothing of a provider’s version that is new enough', async () => {
    expect((await template(major, ['--kube-version', 'v1.30.2-eks-1'])).code).toBe(0);
  });
});
