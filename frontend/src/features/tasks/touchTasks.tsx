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
  form: dynamic(() => import('./form/FormTask').then((module) => module.FormTask), { ssr: false, loading }),
  go_no_go: dynamic(() => import('./go_no_go/GoNoGoTask').then((module) => module.GoNoGoTask), { ssr: false, loading }),
  reaction_time: dynamic(() => import('./reaction_time/ReactionTimeTask').then((module) => module.ReactionTimeTask), {
    ssr: false,
    loading,
  }),
  spatial_span: dynamic(() => import('./spatial_span/SpatialSpanTask').then((module) => module.SpatialSpanTask), {
    ssr: false,
    loading,
  }),
  symbol_digit: dynamic(() => import('./symbol_digit/SymbolDigitTask').then((module) => module.SymbolDigitTask), {
    ssr: false,
    loading,
  }),
  trail_making: dynamic(() => import('./trail_making/TrailMakingTask').then((module) => module.TrailMakingTask), {
    ssr: false,
    loading,
  }),
  word_recognition: dynamic(
    () => import('./word_list/WordRecognitionTask').then((module) => module.WordRecognitionTask),
    { ssr: false, loading },
  ),
};
