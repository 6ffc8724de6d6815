import type { StandingExpression } from './request.ts';

/** What CEL expressions see, as JSON. */
export type Bindings = Readonly<Record<string, unknown>>;

/**
 * Evaluates CEL as an API server does.
 * @throws Error when the expression fails, or says something that cannot be evaluated here
 */
export type Evaluate = (expression: string, bindings: Bindings) => unknown;

/** A condition with what it says of a request. */
export interface JudgedCondition extends StandingExpression {
  readonly holds: boolean | 'fails';
  /** Why it fails. */
  readonly message?: string;
}

/** What each condition says; all are asked, as the API server does. */
export const judgedConditions = (
  conditions: readonly StandingExpression[] | null | undefined,
  bindings: Bindings,
  evaluate: Evaluate,
): readonly JudgedCondition[] => (conditions ?? []).map((condition) => judged(condition, bindings, evaluate));

function judged({ name, expression }: StandingExpression, bindings: Bindings, evaluate: Evaluate): JudgedCondition {
  try {
    return { name, expression, holds: evaluate(expression, bindings) === true };
  } catch (error) {
    return { name, expression, holds: 'fails', message: (error as Error).message };
  }
}
