'use client';
import { useSearchParams } from 'next/navigation';
import { ParticipantPage } from '@/features/clinic/ParticipantPage';

/** The participant that the address names. */
export function ParticipantOfAddress() {
  const id = useSearchParams().get('id');
  if (!id) return <p role="alert">This address names no participant. Choose one from the list.</p>;
  return <ParticipantPage key={id} id={id} />;
}
