/** The moments of a rollout at which figures are given: today, after its next stage, when everything has its sidecar that can. */
export const MOMENTS = ['now', 'afterStage', 'everything'] as const;
export type Moment = (typeof MOMENTS)[number];

/** One value for each moment. */
export type At<T> = Readonly<Record<Moment, T>>;

/** Makes one for each. */
export const each = <T>(of: (moment: Moment) => T): At<T> =>
  Object.fromEntries(MOMENTS.map((moment) => [moment, of(moment)])) as Record<Moment, T>;

/** The moment that is prepared for: after the stage, or where none is to come, when everything has its sidecar. */
export const comingMoment = ({ stage }: { readonly stage: string | undefined }): Moment =>
  stage === undefined ? 'everything' : 'afterStage';
