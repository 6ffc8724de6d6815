import { InjectionPolicy } from '../api/injection-policy.ts';
import { canonicalJson } from '../json/canonical.ts';
import { isObject } from '../json/is-object.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import { specProblems } from '../policy/active-policy.ts';
import { profileSchemaFor } from '../policy/profile-schema.ts';
import { readValue } from '../policy/read-object.ts';
import type { Problem } from '../problem/problem.ts';
import { profileProblems } from '../sidecar/profiles/active-profile.ts';
import { freshStamps } from '../stamps/stamps.ts';
import type { Admission } from './admit.ts';
import { denied, passed } from './answers.ts';
import type { Call } from './call.ts';
import { bareRecordOf } from './record.ts';
import { hintWarningsOf, warningFrom } from './respond.ts';
import type { AdmissionRequest } from './review.ts';
import type { Snapshot } from './snapshot.ts';
import { stamped } from './stamped.ts';

/** The annotations of our own objects that tell who changed their spec last, and when. Only Pillion writes them. */
const STAMP_KEYS = ['pillion.io/changed-by', 'pillion.io/changed-at'] as const;
type StampKey = (typeof STAMP_KEYS)[number];

const READERS: ReadonlyMap<string, (object: unknown) => readonly Problem[]> = new Map([
  [
    'injectionpolicies',
    (object) => {
      const read = readValue(InjectionPolicy, object);
      // which profiles there are is another question: they may come after the policy that names them
      return 'problems' in read ? read.problems : specProblems(read.value.spec);
    },
  ],
  [
    'sidecarprofiles',
    (object) => {
      const read = readValue(profileSchemaFor(object), object);
      return 'problems' in read ? read.problems : profileProblems(read.value);
    },
  ],
]);

/**
 * Answers for the creation or change of one of our own objects: refuses what cannot be read, with every place, what stands there
 * and what is accepted, and says on the object who changed it and when. Nothing stands in the way of a deletion.
 */
export function admitPolicyObject(request: AdmissionRequest, { policy }: Snapshot, call: Call): Admission {
  const { resource, subResource, operation, object, oldObject } = request;
  const problemsOf = READERS.get(resource.resource);
  const changes = operation === 'CREATE' || operation === 'UPDATE';
  if (problemsOf === undefined || resource.group !== 'pillion.io' || subResource !== '' || !changes)
    return passed(request, bareRecordOf(request, call, policy, { verdict: 'allow', reason: 'not-a-policy-change' }));
  if (typeof metadataOf(oldObject).deletionTimestamp === 'string') {
    const outcome = { verdict: 'allow', reason: 'policy-object-under-deletion' } as const;
    return passed(request, aboutObject(request, bareRecordOf(request, call, policy, outcome)));
  }
  const problems = problemsOf(withoutStatus(object));
  if (problems.length > 0) {
    const outcome = { verdict: 'deny', reason: 'policy-object-invalid', problems } as const;
    return denied(request, aboutObject(request, bareRecordOf(request, call, policy, outcome)));
  }
  const old = operation === 'UPDATE' ? oldObject : undefined;
  const { patch, hints } = stamped<StampKey>(request, STAMP_KEYS, ({ before, written }) =>
    specText(object) === specText(old) ? before : freshStamps<StampKey>(STAMP_KEYS, request.user, call.now, written),
  );
  const outcome = { verdict: 'allow', reason: 'policy-object-valid' } as const;
  const record = {
    ...aboutObject(request, bareRecordOf(request, call, policy, outcome)),
    hints: [...hints],
    ...(patch === undefined ? {} : { patch: patch.summary }),
  };
  const warnings = [warningFrom(NOT_IN_FORCE), ...hintWarningsOf(record)];
  return passed(request, record, { warnings, ...(patch === undefined ? {} : { patch: patch.base64 }) });
}

const NOT_IN_FORCE =
  'the object is valid and stored, and not in force: this version takes its policy from the files of --policy and --profile';

// the status is written by Pillion itself, and is no part of what an author may say
function withoutStatus(object: unknown): unknown {
  if (!isObject(object)) return object;
  const { status: _, ...written } = object;
  return written;
}

const aboutObject = <R extends object>({ name, object }: AdmissionRequest, record: R) => {
  const kind = isObject(object) && typeof object.kind === 'string' ? object.kind : '';
  const given = metadataOf(object).name;
  return { ...record, object: { kind, name: name || (typeof given === 'string' ? given : '') } };
};

const specText = (object: unknown): string => (isObject(object) ? canonicalJson(object.spec ?? null) : '');
