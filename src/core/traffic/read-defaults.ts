import { TrafficDefaults } from '../api/traffic/defaults.ts';
import type { Problem } from '../problem/problem.ts';
import { readOneObject } from './read-one-object.ts';

/** The defaults that a company chose, or what is wrong with their text. */
export type ReadDefaults = { readonly value: TrafficDefaults } | { readonly problems: readonly Problem[] };

/** Reads the defaults of a company, YAML or JSON. They take the place of the built-in ones as a whole. */
export const readTrafficDefaults = (text: string, file: string): ReadDefaults =>
  readOneObject(TrafficDefaults, text, file, 'meshVersion: 1');
