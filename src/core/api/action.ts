import { Type } from 'typebox';

export const Actions = ['Deny', 'Warn', 'Audit'] as const;
export type Action = (typeof Actions)[number];

/** What follows when a rule is broken: the request is refused, its author is warned, or it is only recorded. */
export const Action = (preset: Action, description: string) =>
  Type.Enum([...Actions], { default: preset, description });
