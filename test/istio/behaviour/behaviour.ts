import type { Scene } from './scene.ts';

/** What callers see of the objects that the chart makes of a file of the corpus. */
export interface Behaviour {
  /** The name of the file. */
  readonly file: string;
  readonly what: string;
  /** How many pods each version of the service has; one of v1 unless told. */
  readonly pods?: Readonly<Record<string, number>>;
  /** The pods of the service are outside of the mesh. */
  readonly withoutSidecar?: boolean;
  /** Other pods that the values name, as NAMESPACE/NAME. */
  readonly others?: readonly string[];
  /** Looks, each time in the same way. */
  see(scene: Scene): Promise<object>;
  /** What is seen before the objects are there, and then. */
  readonly without: object;
  readonly with: object;
  /** When the objects are in force, where the proxies that were told of them do not say so. */
  isInForce?(scene: Scene): Promise<boolean>;
}

/** Whether so many of all are the share that was asked for, within four standard deviations of a binomial distribution. */
export const isShare = (some: number, all: number, share: number): boolean =>
  Math.abs(some - all * share) < 4 * Math.sqrt(all * share * (1 - share));
