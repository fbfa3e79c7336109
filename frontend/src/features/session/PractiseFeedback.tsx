'use client';
import { Button } from '@/components/ui/Button';
import { Actions, Notice, Panel } from '@/components/ui/Panel';
import type { Practised } from './useTasks';

/** After practice: whether it was understood, and what the answer would have been. */
export function PractiseFeedback({ practised, onGoOn }: { practised: Practised; onGoOn: () => void }) {
  const { question, is_right, is_again } = practised;
  const expected = question.stimulus?.kind === 'digits' && answerTo(question.stimulus.digits, question.block);
  return (
    <Panel title={is_right ? 'That was right' : 'That was the practice'}>
      {is_right ? (
        <p>Now it goes on in the same way. The numbers get longer.</p>
      ) : (
        <>
          {expected && (
            <Notice>
              <p>
                {is_right === null ? 'The right answer is: ' : 'The answer would have been: '}
                <b>{expected}</b>.
              </p>
            </Notice>
          )}
          <p>
            {is_again ? 'Let us try it once more.' : 'Now it begins.'} Wait for the end of the numbers, then say them
            aloud.
          </p>
        </>
      )}
      <Actions>
        <Button look="primary" onPress={onGoOn}>
          Go on
        </Button>
      </Actions>
    </Panel>
  );
}

function answerTo(digits: string, block: string | null): string {
  const said = Array.from(digits);
  return (block === 'backward' ? said.reverse() : said).join(', ');
}
