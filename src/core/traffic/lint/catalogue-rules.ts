import type { CatalogueRule } from './catalogue-rule.ts';
import { MESH007 } from './MESH007.ts';
import { MESH008 } from './MESH008.ts';
import { MESH020 } from './MESH020.ts';
import { MESH031 } from './MESH031.ts';
import { MESH035 } from './MESH035.ts';
import { MESH050 } from './MESH050.ts';
import { MESH051 } from './MESH051.ts';
import { MESH052 } from './MESH052.ts';
import { MESH053 } from './MESH053.ts';

/** Every rule about several services, or about the objects beside their values, by its number. A rule is one file and one line here. */
export const CATALOGUE_RULES: readonly CatalogueRule[] = [
  MESH007,
  MESH008,
  MESH020,
  MESH031,
  MESH035,
  MESH050,
  MESH051,
  MESH052,
  MESH053,
];
