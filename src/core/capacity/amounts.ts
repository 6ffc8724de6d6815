/** What pods ask for and may use, in cores and bytes. */
export interface Amounts {
  readonly requests: CpuAndMemory;
  readonly limits: CpuAndMemory;
}

export interface CpuAndMemory {
  readonly cpu: number;
  readonly memory: number;
}

export const NOTHING: Amounts = { requests: { cpu: 0, memory: 0 }, limits: { cpu: 0, memory: 0 } };

/** One amount made of two, part by part. */
const combined = (one: Amounts, other: Amounts, by: (a: number, b: number) => number): Amounts => ({
  requests: { cpu: by(one.requests.cpu, other.requests.cpu), memory: by(one.requests.memory, other.requests.memory) },
  limits: { cpu: by(one.limits.cpu, other.limits.cpu), memory: by(one.limits.memory, other.limits.memory) },
});

export const plus = (one: Amounts, other: Amounts): Amounts => combined(one, other, (a, b) => a + b);
export const minus = (one: Amounts, other: Amounts): Amounts => combined(one, other, (a, b) => a - b);
export const times = (one: Amounts, count: number): Amounts => combined(one, one, (a) => a * count);
