import type { Bindings, Evaluate } from '../core/routing/conditions.ts';

/** What evaluates CEL as an API server does. It is loaded when somebody asks: a server never does. */
export async function apiServerCel(): Promise<Evaluate> {
  const { celValue, evaluated, jsonOf } = await import('./evaluated-cel.ts');
  return (expression, bindings) => jsonOf(evaluated(expression, valuesOf(bindings, celValue)));
}

const valuesOf = <T>(bindings: Bindings, toCel: (json: unknown) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(bindings).map(([name, json]) => [name, toCel(json)]));
