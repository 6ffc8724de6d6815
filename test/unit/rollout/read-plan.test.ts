import { expect, test } from '@jest/globals';
import { problemLine } from '../../../src/core/problem/problem.ts';
import { loadPlan } from '../../../src/core/rollout/read-plan.ts';

const HEAD = ['apiVersion: pillion.io/v1alpha1', 'kind: RolloutPlan', 'metadata: {name: default}', 'spec:'];
const TODAY = '2026-11-03';

/** The lines of a plan’s spec, as they are told: line 5 of the file is the first. */
function told(...spec: readonly string[]): readonly string[] {
  const read = loadPlan({ file: 'plan.yaml', text: [...HEAD, ...spec.map((line) => `  ${line}`)].join('\n') }, TODAY);
  return ('problems' in read ? read.problems : read.warnings).map(problemLine);
}

test.each<[string, readonly string[], readonly string[]]>([
  [
    'a stage that selects no namespace',
    ['stages:', '- {name: one, podSelector: {matchLabels: {app: web}}}'],
    ['plan.yaml:6:5: /spec/stages/0: selects no namespace; give namespaces, namespaceSelector or both'],
  ],
  [
    'the name of a stage given twice',
    ['stages:', '- {name: one, namespaces: [a]}', '- {name: one, namespaces: [b]}'],
    ['plan.yaml:7:6: /spec/stages/1/name: is the name of /spec/stages/0 as well; give one of them another'],
  ],
  [
    'two stages with the same namespace',
    ['stages:', '- {name: one, namespaces: [a, b]}', '- {name: two, namespaces: [c, b]}'],
    [
      'plan.yaml:7:33: /spec/stages/1/namespaces/1: is "b", which the stage one names as well as the stage two; keep one, or tell their pods apart by podSelector of the earlier one, one',
    ],
  ],
  [
    'a stage whose pods an earlier one takes all, as that chooses none',
    [
      'stages:',
      '- {name: one, namespaces: [a]}',
      '- {name: two, namespaces: [a], podSelector: {matchLabels: {app: web}}}',
    ],
    [
      'plan.yaml:7:30: /spec/stages/1/namespaces/0: is "a", which the stage one names as well as the stage two; keep one, or tell their pods apart by podSelector of the earlier one, one',
    ],
  ],
  [
    'two stages with the same namespace and other pods, another environment, other features',
    [
      'environment: production',
      'stages:',
      '- {name: one, namespaces: [a], podSelector: {matchLabels: {app: web}}}',
      '- {name: two, namespaces: [a]}',
      '- {name: three, namespaces: [a], environment: test}',
      '- {name: four, namespaces: [a], features: [Observability]}',
      '- {name: five, namespaces: [a], features: [Resilience]}',
    ],
    [],
  ],
  [
    'the same feature twice for a namespace',
    [
      'stages:',
      '- {name: one, namespaces: [a], features: [Observability]}',
      '- {name: two, namespaces: [a], features: [Observability, Resilience]}',
    ],
    [
      'plan.yaml:7:30: /spec/stages/1/namespaces/0: is "a", which the stage one names as well as the stage two; keep one, or tell their pods apart by podSelector of the earlier one, one',
    ],
  ],
  [
    'days that no calendar has',
    [
      'stages:',
      '- {name: one, namespaces: [a], from: 2027-02-30, until: 2027-04-31}',
      'goals:',
      '- {metric: Injected, target: 80%, by: 2027-02-29}',
    ],
    [
      'plan.yaml:6:34: /spec/stages/0/from: is "2027-02-30", which no calendar has; give another day',
      'plan.yaml:6:52: /spec/stages/0/until: is "2027-04-31", which no calendar has; give another day',
      'plan.yaml:8:37: /spec/goals/0/by: is "2027-02-29", which no calendar has; give another day',
    ],
  ],
  [
    'shares and durations that are none',
    [
      'stages: [{name: one, namespaces: [a], gates: {errorRate: {most: 2, window: 10}}}]',
      'goals: [{metric: Injected, target: 120%, by: 2027-01-31}]',
    ],
    [
      'plan.yaml:5:61: /spec/stages/0/gates/errorRate/most: is 2; accepted: a share such as "80%"',
      'plan.yaml:5:70: /spec/stages/0/gates/errorRate/window: is 10; accepted: a duration such as "500ms" or "30m"',
      'plan.yaml:6:30: /spec/goals/0/target: is "120%"; accepted: a share such as "80%"',
    ],
  ],
  [
    'a stage that ends before it begins',
    ['stages:', '- {name: one, namespaces: [a], from: 2027-03-01, until: 2027-02-01}'],
    ['plan.yaml:6:52: /spec/stages/0/until: is 2027-02-01, before from, which is 2027-03-01; give a later day'],
  ],
  [
    'a goal of a stage that is none',
    [
      'stages: [{name: one, namespaces: [a]}]',
      'goals: [{metric: Injected, target: 80%, by: 2027-01-31, scope: {stage: two}}]',
    ],
    ['plan.yaml:6:67: /spec/goals/0/scope/stage: is "two", which is no stage; stages: one'],
  ],
  [
    'a goal and a stage whose day has passed, as warnings',
    [
      'stages:',
      '- {name: one, namespaces: [a], until: 2026-11-02}',
      '- {name: two, namespaces: [b], until: 2026-11-02, state: Open}',
      'goals: [{metric: Injected, target: 80%, by: 2026-11-02}]',
    ],
    [
      'plan.yaml:8:43: /spec/goals/0/by: is 2026-11-02, a day that has passed; give another day',
      'plan.yaml:6:34: /spec/stages/0/until: is 2026-11-02, a day that has passed, and the stage is closed; open it or give another day',
    ],
  ],
  [
    'a stage of an environment in a plan of none, as a warning',
    ['stages: [{name: one, namespaces: [a], environment: test}]'],
    [
      'plan.yaml:5:41: /spec/stages/0/environment: is given and the plan has no environment, so the stage counts nowhere; give /spec/environment',
    ],
  ],
  [
    'what the schema does not know',
    ['stages: [{name: one, namespace: [a]}]'],
    ['plan.yaml:5:24: /spec/stages/0/namespace: is not a key that is known here; did you mean namespaces?'],
  ],
])('of a plan with %s is told where it is and what to do', (_, spec, problems) => {
  expect(told(...spec)).toEqual(problems);
});

test('a text without a plan, with two, or with another kind is told so', () => {
  const stages = ['  stages: [{name: one, namespaces: [a]}]'];
  const plan = [...HEAD, ...stages].join('\n');
  const lines = (text: string) => {
    const read = loadPlan({ file: 'plan.yaml', text }, TODAY);
    return 'problems' in read ? read.problems.map(problemLine) : [];
  };
  expect(lines('# nothing')).toEqual(['plan.yaml: holds no RolloutPlan; write one into it']);
  expect(lines(`${plan}\n---\n${plan}`)).toEqual([
    'plan.yaml:9:12: /metadata/name: is the second RolloutPlan; keep one',
  ]);
  expect(lines('kind: Deployment')).toEqual(['plan.yaml:1:1: /kind: is "Deployment"; accepted here: RolloutPlan']);
});
