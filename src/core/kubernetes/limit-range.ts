import { asText } from '../json/as-text.ts';
import { fieldsOf } from '../json/fields-of.ts';
import { quantityValue } from './quantity.ts';

export type Bound = 'requests' | 'limits';

/** What a container or a pod asks for or may use of a resource, in cores and bytes; undefined where it says nothing. */
export type AmountOf = (bound: Bound, resource: string) => number | undefined;

/** An entry of `spec.limits` of a LimitRange, of unknown shape. */
export type Limit = Readonly<Record<string, unknown>>;

/** What of an entry an amount does not keep. */
export interface Breach {
  readonly field: Edge;
  readonly resource: string;
  /** As it is written. */
  readonly edge: string;
  /** Which amount is wrong; undefined where it is missing. */
  readonly bound: Bound;
  readonly amount: number | undefined;
}

type Edge = 'min' | 'max' | 'maxLimitRequestRatio';
type Judge = (edge: number, request: number | undefined, limit: number | undefined) => Bound | undefined;

// the plugin LimitRanger (Kubernetes v1.37, plugin/pkg/admission/limitranger): min wants a request, max a limit, and a ratio both
const JUDGES: Readonly<Record<Edge, Judge>> = {
  min: (edge, request, limit) => {
    if (request === undefined || request < edge) return 'requests';
    return limit !== undefined && limit < edge ? 'limits' : undefined;
  },
  max: (edge, request, limit) => {
    if (limit === undefined || limit > edge) return 'limits';
    return request !== undefined && request > edge ? 'requests' : undefined;
  },
  maxLimitRequestRatio: (edge, request, limit) => {
    if (!request) return 'requests';
    return !limit || milli(limit) / milli(request) > edge ? 'limits' : undefined;
  },
};

// whole numbers, of which 300m is exactly three times 100m
const milli = (amount: number): number => Math.round(amount * 1000);

/** What of an entry of a LimitRange the amounts of a container or a pod do not keep. */
export const breachesOf = (limit: Limit, amountOf: AmountOf): readonly Breach[] =>
  (Object.keys(JUDGES) as Edge[]).flatMap((field) =>
    Object.entries(fieldsOf(limit[field])).flatMap(([resource, said]) => {
      const edge = quantityValue(asText(said));
      if (edge === undefined) return [];
      const bound = JUDGES[field](edge, amountOf('requests', resource), amountOf('limits', resource));
      return bound === undefined
        ? []
        : [{ field, resource, edge: asText(said), bound, amount: amountOf(bound, resource) }];
    }),
  );

/**
 * The amounts of a container when the API server has filled in what it leaves out: a request is as its own limit (Kubernetes, defaults.go of
 * the core API), then the LimitRanges of the namespace give what they have.
 * @param limits the entries of all of them
 */
export const filledIn =
  (own: AmountOf, limits: readonly Limit[]): AmountOf =>
  (bound, resource) =>
    own(bound, resource) ??
    (bound === 'requests' ? own('limits', resource) : undefined) ??
    given(limits, bound, resource);

// what a LimitRange itself leaves out, the API server fills in: default as max, defaultRequest as default, else as min (defaults.go)
const GIVING: Readonly<Record<Bound, readonly string[]>> = {
  limits: ['default', 'max'],
  requests: ['defaultRequest', 'default', 'max', 'min'],
};

const given = (limits: readonly Limit[], bound: Bound, resource: string): number | undefined =>
  limits
    .filter(({ type }) => type === 'Container')
    .flatMap((limit) => GIVING[bound].map((field) => fieldsOf(limit[field])))
    .filter((amounts) => Object.hasOwn(amounts, resource))
    .map((amounts) => quantityValue(asText(amounts[resource])))
    .find((amount) => amount !== undefined);
