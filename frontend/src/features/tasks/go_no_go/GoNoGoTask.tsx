'use client';
import type { PressTrial } from '../touch/PressBlock';
import { PressTask } from '../touch/PressTask';
import type { TouchTaskProps } from '../touch/task';
import { GO, GoNoGoPlugin } from './plugin';
import './go_no_go.css';

const isRight = (trial: PressTrial): boolean =>
  (trial.stimulus === GO) === (trial.response !== null) && trial.premature_count === 0;

/** Circles are pressed, diamonds are not. */
export function GoNoGoTask(props: TouchTaskProps) {
  return (
    <PressTask
      {...props}
      plugin={GoNoGoPlugin}
      isRight={isRight}
      title="Press or wait"
      hint="Press when you see a circle. When you see a diamond, do nothing until it goes away."
      start={{
        title: 'Now for about two minutes',
        text: 'Press for every circle, as quickly as you can. Do not press for a diamond. It ends by itself.',
      }}
    />
  );
}
