import type { CheckCode } from '../../../src/core/doctor/catalogue.ts';
import type { Grade } from '../../../src/core/doctor/finding.ts';
import type { TestCluster } from '../test-cluster.ts';
import type { DoctorRun } from './site.ts';

/** Something that can be wrong with an installation, and what `pillion doctor` says of it. */
export interface Ailment {
  readonly code: CheckCode;
  readonly name: string;
  readonly begin: (cluster: TestCluster) => Promise<unknown>;
  readonly end: (cluster: TestCluster) => Promise<unknown>;
  readonly grade: Grade;
  readonly says: RegExp;
  readonly next?: string | RegExp;
  /** How the command is run while it lasts. */
  readonly run?: DoctorRun;
}

export const nothing = async (): Promise<void> => {};
