import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { DecisionRecord } from '../api/decision-record.ts';
import { parsedJson } from '../json/parsed.ts';
import type { Logged } from './logged.ts';

const { verdict, reason, rule, also, namespace, profile, checked, settings, inputs } = DecisionRecord.properties;
const compiled = Compile(
  Type.Object({ verdict, reason, rule, also, namespace, profile, checked, settings: Type.Optional(settings), inputs }),
);

/**
 * The decision among the annotations that one hook wrote into an event of the API server’s audit log.
 * @returns undefined where they are of another version, or what they hold was cut
 */
export function readLogged(written: ReadonlyMap<string, string>, inNamespace: string): Logged | undefined {
  const jsonAt = (key: string): unknown => parsedJson(written.get(key) ?? '');
  const besides = written.get('also');
  const told = {
    verdict: written.get('verdict'),
    reason: written.get('reason'),
    rule: written.get('rule') ?? '',
    also: besides === undefined ? [] : besides.split(','),
    namespace: inNamespace,
    inputs: jsonAt('inputs'),
    ...(written.has('profile') ? { profile: written.get('profile') } : {}),
    ...(written.has('checked') ? { checked: jsonAt('checked') } : {}),
    // none are written where there are none
    ...(written.has('settings') ? settingsIn(jsonAt('settings')) : { settings: [] }),
  };
  if (!compiled.Check(told)) return undefined;
  return { ...told, settings: told.settings };
}

// what was cut cannot be parsed
const settingsIn = (settings: unknown) => (settings === undefined ? {} : { settings });
