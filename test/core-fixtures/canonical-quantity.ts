const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/**
 * A quantity as the API server writes it back: no fraction, and the largest suffix that leaves none (apimachinery,
 * pkg/api/resource, Quantity.CanonicalizeBytes). A quantity with an exponent keeps its text.
 */
export function canonicalQuantity(text: string): string {
  const [, whole = '', fraction = '', suffix = ''] = /^\+?(\d*)\.?(\d*)([a-zA-Z]*)$/.exec(text) ?? [];
  if (whole + fraction === '' || !(DECIMAL.includes(suffix) || BINARY.includes(suffix))) return text;
  const digits = BigInt(whole + fraction);
  const scale = 10n ** BigInt(fraction.length);
  if (suffix.endsWith('i')) {
    const bytes = digits * 1024n ** BigInt(BINARY.indexOf(suffix));
    return bytes % scale === 0n ? shortened(bytes / scale, 1024n, BINARY, 0) : nanoText(bytes * 10n ** 9n, scale);
  }
  return nanoText(digits * 1000n ** BigInt(DECIMAL.indexOf(suffix)), scale);
}

const nanoText = (nano: bigint, scale: bigint): string => shortened((nano + scale - 1n) / scale, 1000n, DECIMAL, 0);

function shortened(amount: bigint, base: bigint, suffixes: readonly string[], at: number): string {
  if (amount === 0n) return '0';
  const last = at === suffixes.length - 1;
  return !last && amount % base === 0n
    ? shortened(amount / base, base, suffixes, at + 1)
    : `${amount}${suffixes[at] ?? ''}`;
}
