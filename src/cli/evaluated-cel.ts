import { CelScalar, celEnv, celFunc, celMethod, isCelError, isCelList, isCelMap, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { quantityValue } from '../core/kubernetes/quantity.ts';

export type CelValue = string | number | boolean | null | CelValue[] | Map<string, CelValue>;

type Program = (bindings: Readonly<Record<string, CelValue>>) => unknown;

// Kubernetes' own functions, as far as they are used; a quantity is its number
const environment = celEnv({
  funcs: [
    ...strings,
    celFunc('isQuantity', [CelScalar.STRING], CelScalar.BOOL, (text) => quantityValue(text) !== undefined),
    celFunc('quantity', [CelScalar.STRING], CelScalar.DOUBLE, (text) => {
      const value = quantityValue(text);
      if (value === undefined) throw new Error(`${text} is no quantity`);
      return value;
    }),
    celMethod('compareTo', CelScalar.DOUBLE, [CelScalar.DOUBLE], CelScalar.INT, function (other) {
      return BigInt(Math.sign(this - other));
    }),
  ],
});
const programs = new Map<string, Program>();

/**
 * What an expression says of these values.
 * @throws Error when it fails or is neither true nor false: in an API server a failure is never the same as false
 */
export function holds(expression: string, bindings: Readonly<Record<string, CelValue>>): boolean {
  const result = evaluated(expression, bindings);
  if (typeof result !== 'boolean') throw new Error(`${expression}\nis ${String(result)}`);
  return result;
}

/** @throws Error when the expression fails */
export function evaluated(expression: string, bindings: Readonly<Record<string, CelValue>>): unknown {
  const program = programs.get(expression) ?? (plan(environment, parse(expression)) as Program);
  programs.set(expression, program);
  const result = program(bindings);
  if (isCelError(result)) throw new Error(`${expression}\nfails: ${result.message}`);
  return result;
}

/**
 * JSON as an expression sees it: maps, because an own key of a plain object is hard to tell from an inherited one; null inside an
 * object is what Go leaves out.
 */
export function celValue(json: unknown): CelValue {
  if (Array.isArray(json)) return json.map(celValue);
  if (typeof json !== 'object' || json === null) return (json ?? null) as CelValue;
  const entries = Object.entries(json).filter(([, value]) => value !== null && value !== undefined);
  return new Map(entries.map(([key, value]) => [key, celValue(value)]));
}

/** What an expression made, as JSON. */
export function jsonOf(value: unknown): unknown {
  if (isCelList(value)) return [...value].map(jsonOf);
  if (isCelMap(value)) return Object.fromEntries([...value].map(([key, member]) => [String(key), jsonOf(member)]));
  return typeof value === 'bigint' ? Number(value) : value;
}
