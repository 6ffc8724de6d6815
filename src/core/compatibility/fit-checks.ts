import { FIT001 } from './FIT001.ts';
import { FIT002 } from './FIT002.ts';
import { FIT003 } from './FIT003.ts';
import { FIT004 } from './FIT004.ts';
import { FIT005 } from './FIT005.ts';
import { FIT010 } from './FIT010.ts';
import { FIT011 } from './FIT011.ts';
import { FIT012 } from './FIT012.ts';
import { FIT013 } from './FIT013.ts';
import { FIT014 } from './FIT014.ts';
import { FIT015 } from './FIT015.ts';
import { FIT016 } from './FIT016.ts';
import { FIT017 } from './FIT017.ts';
import { FIT018 } from './FIT018.ts';
import { FIT020 } from './FIT020.ts';
import { FIT021 } from './FIT021.ts';
import { FIT022 } from './FIT022.ts';
import { FIT023 } from './FIT023.ts';
import { FIT024 } from './FIT024.ts';
import { FIT025 } from './FIT025.ts';
import { FIT026 } from './FIT026.ts';
import { FIT027 } from './FIT027.ts';
import { FIT030 } from './FIT030.ts';
import { FIT031 } from './FIT031.ts';
import { FIT032 } from './FIT032.ts';
import { FIT033 } from './FIT033.ts';
import { FIT034 } from './FIT034.ts';
import { FIT035 } from './FIT035.ts';
import { FIT036 } from './FIT036.ts';
import { FIT037 } from './FIT037.ts';
import { FIT038 } from './FIT038.ts';
import type { FitCheck } from './fit-check.ts';

/** Every check, by its number. A check is one file and one line here. */
export const FIT_CHECKS: readonly FitCheck[] = [
  FIT001,
  FIT002,
  FIT003,
  FIT004,
  FIT005,
  FIT010,
  FIT011,
  FIT012,
  FIT013,
  FIT014,
  FIT015,
  FIT016,
  FIT017,
  FIT018,
  FIT020,
  FIT021,
  FIT022,
  FIT023,
  FIT024,
  FIT025,
  FIT026,
  FIT027,
  FIT030,
  FIT031,
  FIT032,
  FIT033,
  FIT034,
  FIT035,
  FIT036,
  FIT037,
  FIT038,
];
