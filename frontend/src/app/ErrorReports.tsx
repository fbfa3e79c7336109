'use client';
import { useEffect } from 'react';
import { watchErrors } from '@/lib/error-reports';

/** Reports what goes wrong unforeseen on any page, where the server wants it; shows nothing. */
export function ErrorReports() {
  useEffect(() => watchErrors(window), []);
  return null;
}
