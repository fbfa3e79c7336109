'use client';
import dynamic from 'next/dynamic';
import type { ComponentType } from 'react';
import { Waiting } from '@/components/ui/Panel';
import type { TouchTaskProps } from './touch/task';

const loading = () => <Waiting>Preparing the task …</Waiting>;

/** The task of each kind of touch question, loaded when it is needed. */
export const TOUCH_TASKS: Readonly<Record<string, ComponentType<TouchTaskProps>>> = {
  clock_drawing: dynamic(() => import('./clock_drawing/ClockDrawingTask').then((module) => module.ClockDrawingTask), {
    ssr: false,
    loading,
  }),
  symbol_digit: dynamic(() => import('./symbol_digit/SymbolDigitTask').then((module) => module.SymbolDigitTask), {
    ssr: false,
    loading,
  }),
};
