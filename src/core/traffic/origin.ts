import type { Environment, Tier } from '../api/traffic/service.ts';

/** Who chose a value: Pillion itself, one of the company’s parts, or the team. */
export type Origin = 'built in' | 'defaults' | `tier ${Tier}` | `environment ${Environment}` | 'project';

/** JSON pointers into effective values, each with who chose what stands there. A list is one value, whatever it holds. */
export type Origins = ReadonlyMap<string, Origin>;
