'use client';
import dynamic from 'next/dynamic';
import type { ComponentType } from 'react';
import { Waiting } from '@/components/ui/Panel';
import type { TouchTaskProps } from './touch/task';

const loading = () => <Waiting>Preparing the task …</Waiting>;

/** The task of each kind of touch question, loaded when it is needed. */
export const TOUCH_TASKS: Readonly<Record<string, ComponentType<TouchTaskProps>>> = {
  symbol_digit: dynamic(() => import('./symbol_digit/SymbolDigitTask').then((module) => module.SymbolDigitTask), {
    ssr: false,
    loading,
  }),
  word_recognition: dynamic(
    () => import('./word_list/WordRecognitionTask').then((module) => module.WordRecognitionTask),
    { ssr: false, loading },
  ),
};
