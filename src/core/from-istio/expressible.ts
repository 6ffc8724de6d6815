import { IstioProfile } from '../api/istio-profile.ts';
import { pointer } from '../json/pointer.ts';
import { readValue } from '../policy/read-object.ts';
import type { Problem } from '../problem/problem.ts';
import { istioProblems } from '../sidecar/profiles/istio/profile-problems.ts';
import type { IstioSettings } from './config-maps.ts';
import type { Finding } from './finding.ts';
import { withField } from './profile-fields.ts';
import type { Said } from './read-settings.ts';

export type Spec = IstioProfile['spec'];
type Json = Readonly<Record<string, unknown>>;

/** A spec that loads, and what had to be left out for that. */
export interface Expressible {
  /** As it is written, and with everything that it leaves out. */
  readonly written: Json;
  readonly filled: Spec;
  readonly said: readonly Said[];
  readonly findings: readonly Finding[];
}

/** Puts together what was said, without what a profile refuses. */
export function expressible(
  base: Json,
  settings: IstioSettings,
  given: readonly Said[],
): Expressible | { readonly problems: readonly Problem[] } {
  const findings: Finding[] = [];
  let said = given;
  for (;;) {
    const written = said.reduce((spec, { row, value }) => withField(spec, row.field, value), base);
    const judged = judge(written);
    if ('spec' in judged) return { written, filled: judged.spec, said, findings };
    const refused = refusedBy(judged.problems, said);
    // of the templates there may be too many
    if (refused.length === 0)
      return { problems: judged.problems.map(({ path, message }) => ({ path: `/spec${path}`, message })) };
    for (const [{ row, path }, message] of refused)
      findings.push(
        settings[row.origin].problemAt(
          path,
          `${message}; it is left out, so that ${row.field} is as in the built-in profile`,
        ),
      );
    const gone = new Set(refused.map(([one]) => one));
    said = said.filter((one) => !gone.has(one));
  }
}

function judge(written: Json): { readonly spec: Spec } | { readonly problems: readonly Problem[] } {
  const read = readValue(IstioProfile.properties.spec, written);
  if ('problems' in read) return read;
  const problems = istioProblems({
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'SidecarProfile',
    metadata: { name: 'istio' },
    spec: read.value,
  });
  return problems.length === 0
    ? { spec: read.value }
    : { problems: problems.map((problem) => ({ ...problem, path: problem.path.replace(/^\/spec(?=\/|$)/, '') })) };
}

/** Each value that a problem is about, once. */
function refusedBy(problems: readonly Problem[], said: readonly Said[]): [Said, string][] {
  const refused = new Map<Said, string>();
  for (const { path, message } of problems) {
    // of two values of one field the later one counts
    const one = said.findLast(({ row }) => {
      const at = pointer(...row.field.split('.'));
      return path === at || path.startsWith(`${at}/`);
    });
    if (one !== undefined && !refused.has(one)) refused.set(one, message);
  }
  return [...refused];
}
