import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { opened } from '../api/opened.ts';
import { ROUTES, type RouteName } from './routes.ts';

/** What a route answers. */
export type AnswerOf<N extends RouteName> = Static<(typeof ROUTES)[N]['answer']>;

// compiled when it is needed: a command asks one of them
const VALIDATORS = new Map<RouteName, Validator>();

/** Takes the text of an answer of the API as one of this route, or says what it is instead. A later version may say more. */
export function readAnswer<N extends RouteName>(
  route: N,
  text: string,
): { readonly answer: AnswerOf<N> } | { readonly problem: string } {
  const validator = VALIDATORS.get(route) ?? (Compile(opened(ROUTES[route].answer as TSchema)) as Validator);
  VALIDATORS.set(route, validator);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: `with something that is no JSON: ${text.slice(0, 200)}` };
  }
  if (validator.Check(value)) return { answer: value as AnswerOf<N> };
  const [error] = validator.Errors(value);
  const [place, message] = [error?.instancePath ?? '', error?.message ?? 'unknown'];
  return {
    problem: `otherwise than this version of Pillion knows: ${place} ${message}. Use the version that the cluster runs`,
  };
}
