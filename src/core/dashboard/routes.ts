import { type TSchema, Type } from 'typebox';
import { CapacityView } from './capacity.ts';
import { FeedEntry, FeedPage } from './decisions.ts';
import { closed } from './document.ts';
import { Overview } from './overview.ts';
import { PlaygroundAnswer, PlaygroundQuestion } from './playground.ts';
import { PolicyView } from './policy.ts';
import { Briefing, Rollout } from './rollout.ts';
import { NamespacePage, WorkloadDetail, WorkloadPage } from './workloads.ts';

/** Below this everything of the API stands. */
export const API = '/api/v1';

const LIMIT = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
  after: Type.Optional(Type.String({ maxLength: 1000 })),
};
const Name = (description: string) => Type.Optional(Type.String({ maxLength: 400, description }));
const OWNER = {
  tribe: Name('Exactly; unowned for those that name none.'),
  squad: Name('Exactly; unowned for those that name none.'),
};

export interface ApiRoute {
  readonly method: 'GET' | 'POST';
  /** Below API; parameters in braces. */
  readonly path: string;
  readonly summary: string;
  readonly query?: TSchema;
  readonly body?: TSchema;
  readonly answer: TSchema;
  /** Answered as server-sent events: each `data` is one answer, each `id` where to go on by Last-Event-ID. */
  readonly isStream?: true;
  /** Whether who may read pods in some namespaces only gets what concerns those; else a right for the whole cluster is needed. */
  readonly byNamespace: boolean;
}

const FEED = {
  namespace: Name('Exactly.'),
  workload: Name('KIND/NAME or NAME, as in pillion audit --workload.'),
  ...OWNER,
  verdict: Name('Several with commas.'),
  reason: Name('Several with commas.'),
  user: Name('Who made the request.'),
  hook: Name('Several with commas.'),
};
const EVERY = Type.Object({}, closed);

/** Every route of the API. Everything that a page shows comes from here, and so does its description. */
export const ROUTES = {
  overview: {
    method: 'GET',
    path: '/overview',
    summary: 'How far the rollout is, what is decided, and how Pillion is',
    query: Type.Object({ days: Type.Optional(Type.Integer({ minimum: 1, maximum: 365, default: 30 })) }, closed),
    answer: Overview,
    byNamespace: false,
  },
  rollout: {
    method: 'GET',
    path: '/rollout',
    summary: 'The stages of the plan with their gates',
    query: EVERY,
    answer: Rollout,
    byNamespace: false,
  },
  briefing: {
    method: 'GET',
    path: '/rollout/stages/{stage}/briefing',
    summary: 'What opening a stage changes for each squad',
    query: EVERY,
    answer: Briefing,
    byNamespace: false,
  },
  namespaces: {
    method: 'GET',
    path: '/namespaces',
    summary: 'Namespaces and how far each is',
    query: Type.Object(
      {
        ...LIMIT,
        search: Name('A part of the name.'),
        namespace: Name('Exactly.'),
        tribe: OWNER.tribe,
        stage: Name('Exactly.'),
        optIn: Name('Exactly.'),
      },
      closed,
    ),
    answer: NamespacePage,
    byNamespace: true,
  },
  workloads: {
    method: 'GET',
    path: '/workloads',
    summary: 'Workloads with verdict, reason and findings',
    query: Type.Object(
      {
        ...LIMIT,
        search: Name('A part of namespace/name.'),
        namespace: Name('Exactly.'),
        ...OWNER,
        stage: Name('Exactly.'),
        verdict: Name('Several with commas.'),
        reason: Name('Several with commas.'),
        compatibility: Name('Exactly.'),
      },
      closed,
    ),
    answer: WorkloadPage,
    byNamespace: true,
  },
  workload: {
    method: 'GET',
    path: '/workloads/{namespace}/{kind}/{name}',
    summary: 'One workload with every check, setting and finding',
    query: EVERY,
    answer: WorkloadDetail,
    byNamespace: true,
  },
  decisions: {
    method: 'GET',
    path: '/decisions',
    summary: 'What was decided lately, the newest first',
    query: Type.Object({ ...LIMIT, ...FEED }, closed),
    answer: FeedPage,
    byNamespace: true,
  },
  decisionStream: {
    method: 'GET',
    path: '/decisions/stream',
    summary: 'Decisions as they are made',
    query: Type.Object(FEED, closed),
    answer: FeedEntry,
    isStream: true,
    byNamespace: true,
  },
  policy: {
    method: 'GET',
    path: '/policy',
    summary: 'The policy in force, shadows and history',
    query: EVERY,
    answer: PolicyView,
    byNamespace: false,
  },
  capacity: {
    method: 'GET',
    path: '/capacity',
    summary: 'What sidecars take, now and later',
    query: EVERY,
    answer: CapacityView,
    byNamespace: false,
  },
  playground: {
    method: 'POST',
    path: '/playground',
    summary: 'Tries manifests by the policy in force and by another one; changes nothing',
    query: EVERY,
    body: PlaygroundQuestion,
    answer: PlaygroundAnswer,
    byNamespace: true,
  },
} as const satisfies Record<string, ApiRoute>;
export type RouteName = keyof typeof ROUTES;
