import type { Metadata } from 'next';
import Link from 'next/link';
import { Suspense } from 'react';
import { ParticipantOfAddress } from './ParticipantOfAddress';

export const metadata: Metadata = { title: 'Participant' };

export default function ParticipantPage() {
  return (
    <>
      <Link href="/clinic" className="staff-back">
        All sessions
      </Link>
      <Suspense fallback={<p role="status">Loading …</p>}>
        <ParticipantOfAddress />
      </Suspense>
    </>
  );
}
