import { Type } from 'typebox';
import { DecisionRecord } from './decision-record.ts';
import { InjectionPolicy } from './injection-policy.ts';
import { opened } from './opened.ts';
import { RolloutPlan } from './rollout-plan.ts';
import { PROFILE_SCHEMAS } from './sidecar-profile.ts';
import { TrafficDefaults } from './traffic/defaults.ts';
import { TrafficValues } from './traffic/values.ts';

const SCHEMAS = {
  record: { title: 'Decision record of Pillion', schema: opened(DecisionRecord) },
  policy: { title: 'InjectionPolicy of Pillion', schema: InjectionPolicy },
  profile: { title: 'SidecarProfile of Pillion', schema: Type.Union([PROFILE_SCHEMAS.Envoy, PROFILE_SCHEMAS.Istio]) },
  plan: { title: 'RolloutPlan of Pillion', schema: RolloutPlan },
  values: { title: 'Traffic values of Pillion', schema: TrafficValues },
  'traffic-defaults': { title: 'Company defaults of Pillion for traffic values', schema: TrafficDefaults },
} as const;

export type SchemaName = keyof typeof SCHEMAS;

/** The kinds of documents that have a schema. */
export const SCHEMA_NAMES = Object.keys(SCHEMAS) as readonly SchemaName[];

/** The JSON Schema of one kind of document, for editors and other validators. */
export function publishedSchema(name: SchemaName): object {
  const { title, schema } = SCHEMAS[name];
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...schema };
}
