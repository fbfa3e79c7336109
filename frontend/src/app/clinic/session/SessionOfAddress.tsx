'use client';
import { useSearchParams } from 'next/navigation';
import { SessionResult } from '@/features/results/SessionResult';

/** The result of the session that the address names. */
export function SessionOfAddress() {
  const id = useSearchParams().get('id');
  if (!id) return <p role="alert">This address names no session. Choose one from the list.</p>;
  return <SessionResult key={id} sessionId={id} />;
}
