import type fc from 'fast-check';
import { TrafficDefaults } from '../../../src/core/api/traffic/defaults.ts';
import { TrafficValues } from '../../../src/core/api/traffic/values.ts';
import { fromSchema } from './from-schema.ts';
import { asJson } from './json.ts';

/** Whatever a team may write; the rules may be broken. */
export const trafficValues = fromSchema(TrafficValues).map(asJson) as fc.Arbitrary<TrafficValues>;

/** Whatever a company may choose. */
export const trafficDefaults = fromSchema(TrafficDefaults).map(asJson) as fc.Arbitrary<TrafficDefaults>;
