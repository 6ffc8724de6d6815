import type { Problem } from '../../core/problem/problem.ts';
import { ApiError } from '../api-error.ts';
import type { AppliedObject, RegisteredObjects } from './registered-objects.ts';

/**
 * What the API server says against the content of these objects, such as a condition that its version does not understand. That
 * it does not answer, or does not let us, says nothing against them.
 */
export async function objectionsTo(
  objects: readonly AppliedObject[],
  registered: RegisteredObjects,
): Promise<readonly Problem[]> {
  const told = objects.map((object) =>
    registered.tryOut(object).then(
      () => [],
      (error: unknown) => (judged(error) ? [problem(error)] : []),
    ),
  );
  return (await Promise.all(told)).flat();
}

const judged = (error: unknown): error is ApiError =>
  error instanceof ApiError && (error.status === 400 || error.status === 422);

const problem = ({ message }: ApiError): Problem => ({
  path: '',
  message: `the API server refuses what this policy has to register: ${message}; change what it names`,
});
