import { Type } from 'typebox';
import { closed } from '../profile-building-blocks.ts';

// Names of our own, grouped by what they shape. Each description ends with the value of Istio’s chart, or the field of its MeshConfig,
// that `pillion profile from-istio` takes it from (Istio reference, chapter 4).

export const group = { ...closed, default: {} };
export const from = (description: string, origin: string) => `${description} Istio: ${origin}.`;

// they become arguments and addresses, so printable ASCII without white space, quotation marks and backslash
const WORD = { maxLength: 253, pattern: '^[!#-&(-\\[\\]-~]*$' };
export const word = (preset: string, description: string, origin: string) =>
  Type.String({ ...WORD, default: preset, description: from(description, origin) });
export const required = (preset: string, description: string, origin: string) =>
  Type.String({ ...WORD, minLength: 1, default: preset, description: from(description, origin) });
export const flag = (preset: boolean, description: string, origin: string) =>
  Type.Boolean({ default: preset, description: from(description, origin) });
export const count = (preset: number, description: string, origin: string, minimum = 0) =>
  Type.Integer({ minimum, maximum: 2 ** 31 - 1, default: preset, description: from(description, origin) });
