import { useMemo } from 'preact/hooks';
import { useAnswer } from '../api/use-answer.ts';
import { CopyText } from '../parts/copy-text.tsx';
import { Waiting } from '../parts/page-head.tsx';
import { safeContent } from '../parts/safe-content.tsx';
import { TroubleNotice } from '../parts/trouble-notice.tsx';

/** The briefing of a stage, as the command writes it. */
export function BriefingOfStage({ stage }: { stage: string }) {
  const answered = useAnswer('briefing', { path: { stage } });
  const { answer, trouble, again } = answered;
  const content = useMemo(() => (answer === undefined ? null : safeContent(answer.html)), [answer]);
  return (
    <>
      {trouble !== undefined && <TroubleNotice trouble={trouble} of="Briefing" again={again} repeats />}
      <Waiting answered={answered} />
      {answer !== undefined && (
        <>
          <CopyText text={answer.markdown} label="Copy as Markdown" />
          <div class="briefing">{content}</div>
        </>
      )}
    </>
  );
}
