const DECIMAL_EXPONENTS: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const BINARY_FACTORS: ReadonlyMap<string, number> = new Map([
  ['Ki', 2 ** 10],
  ['Mi', 2 ** 20],
  ['Gi', 2 ** 30],
  ['Ti', 2 ** 40],
  ['Pi', 2 ** 50],
  ['Ei', 2 ** 60],
]);

const KNOWN = new Map<string, number>();
// the amounts of a profile are asked about for every pod; the bounds of policies and some amounts of authors come on top
const MOST_KNOWN = 256;

/**
 * A Kubernetes resource quantity as a number of its base unit (cores, bytes).
 * Grammar: apimachinery, pkg/api/resource: a decimal number, then a suffix or an exponent; a container's resource is
 * never negative.
 * @returns undefined when the text is not a quantity
 */
export function quantityValue(text: string): number | undefined {
  const known = KNOWN.get(text);
  if (known !== undefined) return known;
  const value = readQuantity(text);
  if (value !== undefined && KNOWN.size < MOST_KNOWN) KNOWN.set(text, value);
  return value;
}

function readQuantity(text: string): number | undefined {
  const parts = /^\+?(\d{1,24}(?:\.\d{0,9})?|\.\d{1,9})(?:[eE]([+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i)?)$/.exec(text);
  if (parts === null) return undefined;
  const [, digits = '', exponent, suffix = ''] = parts;
  const factor = BINARY_FACTORS.get(suffix);
  if (factor !== undefined) return Number(digits) * factor;
  // read as one decimal number and not multiplied, so that 9m and 0.009 are the same number
  return Number(`${digits}e${exponent ?? DECIMAL_EXPONENTS.get(suffix)}`);
}

/** Whether an amount is above another one. What is no quantity is above nothing, and nothing is above it. */
export const exceeds = (amount: string, most: string): boolean =>
  (quantityValue(amount) ?? 0) > (quantityValue(most) ?? Number.POSITIVE_INFINITY);
