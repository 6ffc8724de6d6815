import { useRef } from 'preact/hooks';
import { useCopied } from './use-copied.ts';

/** A command with a button that copies it. */
export function CopyLine({ command, does }: { command: string; does?: string | undefined }) {
  const code = useRef<HTMLElement>(null);
  const { said, copy } = useCopied(command, code);
  return (
    <div class="command">
      {does !== undefined && <p class="does">{does}</p>}
      <div class="line">
        <code ref={code}>{command}</code>
        <button type="button" class="small" onClick={copy} aria-label={`Copy: ${command}`}>
          Copy
        </button>
      </div>
      <span class="said" role="status">
        {said}
      </span>
    </div>
  );
}
