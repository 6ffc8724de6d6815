import { MESH001 } from './MESH001.ts';
import { MESH002 } from './MESH002.ts';
import { MESH003 } from './MESH003.ts';
import { MESH004 } from './MESH004.ts';
import { MESH005 } from './MESH005.ts';
import { MESH006 } from './MESH006.ts';
import { MESH009 } from './MESH009.ts';
import { MESH010 } from './MESH010.ts';
import { MESH011 } from './MESH011.ts';
import { MESH012 } from './MESH012.ts';
import { MESH013 } from './MESH013.ts';
import { MESH014 } from './MESH014.ts';
import { MESH015 } from './MESH015.ts';
import { MESH021 } from './MESH021.ts';
import { MESH023 } from './MESH023.ts';
import { MESH030 } from './MESH030.ts';
import { MESH033 } from './MESH033.ts';
import { MESH037 } from './MESH037.ts';
import { MESH038 } from './MESH038.ts';
import { MESH039 } from './MESH039.ts';
import { MESH040 } from './MESH040.ts';
import { MESH041 } from './MESH041.ts';
import { MESH042 } from './MESH042.ts';
import { MESH043 } from './MESH043.ts';
import type { TrafficRule } from './rule.ts';

/** Every rule that needs nothing but the values of one service, by its number. A rule is one file and one line here. */
export const TRAFFIC_RULES: readonly TrafficRule[] = [
  MESH001,
  MESH002,
  MESH003,
  MESH004,
  MESH005,
  MESH006,
  MESH009,
  MESH010,
  MESH011,
  MESH012,
  MESH013,
  MESH014,
  MESH015,
  MESH021,
  MESH023,
  MESH030,
  MESH033,
  MESH037,
  MESH038,
  MESH039,
  MESH040,
  MESH041,
  MESH042,
  MESH043,
];
