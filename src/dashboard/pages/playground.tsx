import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type {
  MOST_PLAYGROUND_BYTES,
  PlaygroundAnswer,
  PlaygroundQuestion,
  TextProblem,
} from '../../core/dashboard/playground.ts';
import { send } from '../api/call.ts';
import { ApiTrouble, type Trouble, UNREADABLE } from '../api/trouble.ts';
import { PageHead } from '../parts/page-head.tsx';
import { TroubleNotice } from '../parts/trouble-notice.tsx';
import type { GivenText } from './given-text.ts';
import { draft } from './playground-draft.ts';
import { TextField } from './text-field.tsx';
import { TextProblems } from './text-problems.tsx';
import { TriedWorkload } from './tried-workload.tsx';

// the server takes no more; see MOST_PLAYGROUND_BYTES
const MOST_BYTES: typeof MOST_PLAYGROUND_BYTES = 3_000_000;

/** Manifests are tried by the policy in force, and by another one beside it. Nothing is stored. */
export function PlaygroundPage() {
  // the texts stay in the fields: a long one is not drawn again at each key
  const fields = { manifests: useRef<GivenText>(null), policy: useRef<GivenText>(null) };
  const namespace = useRef<HTMLInputElement>(null);
  const running = useRef<AbortController>(undefined);
  const [answer, setAnswer] = useState(draft.answer);
  const [trouble, setTrouble] = useState<Trouble>();
  const [isTrying, setTrying] = useState(false);

  const textOf = (source: keyof typeof fields) => fields[source].current?.text() ?? '';
  const texts = () => ({
    manifests: textOf('manifests'),
    policy: textOf('policy'),
    namespace: namespace.current?.value ?? '',
  });
  // before the fields are gone
  useLayoutEffect(() => () => void Object.assign(draft, texts()), []);
  const run = async () => {
    const question = questionOf(texts());
    const refused = refusalOf(question);
    setTrouble(refused);
    if (refused !== undefined) return;
    running.current?.abort();
    const ending = new AbortController();
    running.current = ending;
    setTrying(true);
    try {
      const tried = await send('playground', question, ending.signal);
      draft.answer = tried;
      setAnswer(tried);
    } catch (error) {
      if (!ending.signal.aborted) setTrouble(error instanceof ApiTrouble ? error.trouble : UNREADABLE);
    }
    if (running.current === ending) setTrying(false);
  };
  const goTo = ({ source, line, column }: TextProblem) => {
    if (line !== undefined) fields[source].current?.goTo(line, column ?? 1);
  };
  return (
    <>
      <PageHead
        title="Playground"
        lead="Try a pod or a workload before you apply it, or a policy before it is in force. Nothing is stored, and nothing reaches the cluster."
      />
      <form
        class="card playground"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void run();
        }}
      >
        <div class="fields">
          <TextField
            id="manifests"
            label="Manifests"
            hint="Pods or workloads as YAML or JSON, several documents too."
            given={fields.manifests}
            begin={draft.manifests}
          />
          <TextField
            id="policy"
            label="Policy to compare (optional)"
            hint="InjectionPolicy and SidecarProfile documents."
            given={fields.policy}
            begin={draft.policy}
          />
        </div>
        <div class="run">
          <label>
            <span>Namespace of documents that name none</span>
            <input
              ref={namespace}
              name="namespace"
              placeholder="default"
              autocomplete="off"
              spellcheck={false}
              defaultValue={draft.namespace}
            />
          </label>
          <span class="quiet shortcut">Ctrl or ⌘ and Enter try as well.</span>
          <button type="submit" class="primary" aria-disabled={isTrying}>
            {isTrying ? 'Trying …' : 'Try'}
          </button>
        </div>
      </form>
      {trouble !== undefined && <TroubleNotice trouble={trouble} of="Playground" again={run} />}
      <div role="status" class="quiet">
        {answer !== undefined && summaryOf(answer)}
      </div>
      {answer !== undefined && <TextProblems problems={answer.problems} onGoTo={goTo} />}
      {answer?.workloads.map((workload, index) => (
        <TriedWorkload key={index} workload={workload} />
      ))}
    </>
  );
}

function questionOf({ manifests, policy, namespace }: Omit<typeof draft, 'answer'>): PlaygroundQuestion {
  const optional = (key: 'policy' | 'namespace', value: string) => (value.trim() === '' ? {} : { [key]: value });
  return { manifests, ...optional('policy', policy), ...optional('namespace', namespace.trim()) };
}

/** What need not be asked, and why. */
function refusalOf(question: PlaygroundQuestion): Trouble | undefined {
  if (question.manifests.trim() === '')
    return { what: 'There is nothing to try.', next: 'Paste a pod or a workload into the first field.' };
  const bytes = new Blob([JSON.stringify(question)]).size;
  if (bytes <= MOST_BYTES) return undefined;
  return {
    what: `This is ${(bytes / 1e6).toFixed(1)} MB, and at most ${MOST_BYTES / 1e6} MB can be tried.`,
    next: 'Leave out documents that have nothing to do with the question, or use `pillion simulate` on the file.',
  };
}

function summaryOf({ problems, workloads }: PlaygroundAnswer): string {
  const tried = workloads.length === 1 ? '1 document was tried' : `${workloads.length} documents were tried`;
  const wrong = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return problems.length === 0 ? `${tried}.` : `${tried}, ${wrong} found.`;
}
