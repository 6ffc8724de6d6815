import type { RolloutPlan, RolloutStage } from '../api/rollout-plan.ts';
import { isCalendarDay } from '../json/calendar-day.ts';
import { canonicalJson } from '../json/canonical.ts';
import { contradictionIn } from '../kubernetes/selector-contradiction.ts';
import type { Problem } from '../problem/problem.ts';
import { quoted } from '../problem/quoted.ts';
import { environmentOf, leavesNone, purposesOf } from './stage-members.ts';

/** What is wrong with a plan beyond its schema. */
export const planProblems = (plan: RolloutPlan): readonly Problem[] => [
  ...plan.spec.stages.flatMap((stage, index) => stageProblems(plan, stage, index)),
  ...overlaps(plan),
  ...plan.spec.goals.flatMap(({ by, scope }, index) => [
    ...dayProblem(`/spec/goals/${index}/by`, by),
    ...goalScopeProblem(plan, `/spec/goals/${index}/scope/stage`, scope.stage),
  ]),
];

/**
 * What of a plan that is accepted cannot have been meant so.
 * @param today a day in UTC, as 2026-11-03
 */
export const planWarnings = ({ spec }: RolloutPlan, today: string): readonly Problem[] => [
  ...spec.goals.flatMap(({ by }, index) =>
    // days of this form are in order as texts
    by < today
      ? [{ path: `/spec/goals/${index}/by`, message: `is ${by}, a day that has passed; give another day` }]
      : [],
  ),
  ...spec.stages.flatMap(({ until, state }, index) =>
    until !== undefined && until < today && state === 'Closed'
      ? [
          {
            path: `/spec/stages/${index}/until`,
            message: `is ${until}, a day that has passed, and the stage is closed; open it or give another day`,
          },
        ]
      : [],
  ),
  ...spec.stages.flatMap(({ namespaceSelector, podSelector }, index) => [
    ...contradiction(`/spec/stages/${index}/namespaceSelector`, namespaceSelector),
    ...contradiction(`/spec/stages/${index}/podSelector`, podSelector),
  ]),
  ...spec.stages.flatMap(({ environment }, index) =>
    environment !== undefined && spec.environment === undefined
      ? [
          {
            path: `/spec/stages/${index}/environment`,
            message: 'is given and the plan has no environment, so the stage counts nowhere; give /spec/environment',
          },
        ]
      : [],
  ),
];

function stageProblems({ spec }: RolloutPlan, stage: RolloutStage, index: number): readonly Problem[] {
  const path = `/spec/stages/${index}`;
  const { name, from, until, namespaces, namespaceSelector } = stage;
  const first = spec.stages.findIndex((one) => one.name === name);
  return [
    ...(namespaces === undefined && namespaceSelector === undefined
      ? [{ path, message: 'selects no namespace; give namespaces, namespaceSelector or both' }]
      : []),
    ...(first < index
      ? [{ path: `${path}/name`, message: `is the name of /spec/stages/${first} as well; give one of them another` }]
      : []),
    ...dayProblem(`${path}/from`, from),
    ...dayProblem(`${path}/until`, until),
    ...(from !== undefined && until !== undefined && from > until
      ? [{ path: `${path}/until`, message: `is ${until}, before from, which is ${from}; give a later day` }]
      : []),
  ];
}

const dayProblem = (path: string, day: string | undefined): readonly Problem[] =>
  day === undefined || isCalendarDay(day)
    ? []
    : [{ path, message: `is "${day}", which no calendar has; give another day` }];

function goalScopeProblem({ spec }: RolloutPlan, path: string, stage: string | undefined): readonly Problem[] {
  if (stage === undefined || spec.stages.some(({ name }) => name === stage)) return [];
  return [
    {
      path,
      message: `is ${quoted(stage)}, which is no stage; stages: ${spec.stages.map(({ name }) => name).join(', ')}`,
    },
  ];
}

const contradiction = (
  path: string,
  selector: Parameters<typeof contradictionIn>[0] | undefined,
): readonly Problem[] => {
  const key = selector && contradictionIn(selector);
  return key === undefined
    ? []
    : [{ path, message: `matches nothing: no label ${key} can meet all that it asks of that key` }];
};

/**
 * Namespaces that an earlier stage names as well, for the same purpose and with no pod left to the later one: the earlier one takes them all, or
 * the same. A stage that switches features on names namespaces that an earlier one brought in.
 */
function overlaps(plan: RolloutPlan): readonly Problem[] {
  const named = new Map<string, RolloutStage[]>();
  return plan.spec.stages.flatMap((stage, index) =>
    (stage.namespaces ?? []).flatMap((namespace, place): readonly Problem[] => {
      const sharing = purposesOf(stage).map((purpose) => {
        const key = canonicalJson([environmentOf(plan, stage) ?? null, namespace, purpose]);
        const before = named.get(key) ?? [];
        named.set(key, [...before, stage]);
        return before;
      });
      const earlier = sharing.flat().find((one) => one !== stage && leavesNone(one, stage));
      if (earlier === undefined) return [];
      return [
        {
          path: `/spec/stages/${index}/namespaces/${place}`,
          message: `is ${quoted(namespace)}, which the stage ${earlier.name} names as well as the stage ${stage.name}; keep one, or tell their pods apart by podSelector of the earlier one, ${earlier.name}`,
        },
      ];
    }),
  );
}
