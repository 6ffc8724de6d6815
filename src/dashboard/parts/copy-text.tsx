import { useCopied } from './use-copied.ts';

/** A button that copies a longer text, which is not shown as such unless it stands at `shown`. */
export function CopyText({
  text,
  label,
  shown,
}: {
  text: string;
  label: string;
  shown?: { readonly current: Element | null };
}) {
  const { said, copy } = useCopied(text, shown);
  return (
    <p>
      <button type="button" class="small" onClick={copy}>
        {label}
      </button>{' '}
      <span class="said" role="status">
        {said}
      </span>
    </p>
  );
}
