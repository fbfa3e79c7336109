'use client';
import { PressTask } from '../touch/PressTask';
import type { PressTrial } from '../touch/PressBlock';
import type { TouchTaskProps } from '../touch/task';
import { ReactionTimePlugin } from './plugin';

const isRight = (trial: PressTrial): boolean => trial.response === trial.stimulus && trial.premature_count === 0;

/** A square that turns dark is pressed: the only one, or one of four. */
export function ReactionTimeTask(props: TouchTaskProps) {
  const isChoice = props.question.parameters['targets'] !== 1;
  return (
    <PressTask
      {...props}
      plugin={ReactionTimePlugin}
      isRight={isRight}
      title={isChoice ? 'Four squares' : 'One square'}
      hint={
        isChoice
          ? 'Wait until one of the four squares turns dark. Then press that one.'
          : 'Wait until the square turns dark. Then press it as soon as you can.'
      }
      start={{
        title: isChoice ? 'Now for about two minutes' : 'Now for about one minute',
        text: isChoice
          ? 'Press the square that turns dark, as quickly as you can without making mistakes. It ends by itself.'
          : 'Press the square as soon as it turns dark, and not before. It ends by itself.',
      }}
    />
  );
}
