import type { Metadata } from 'next';
import Link from 'next/link';
import { Suspense } from 'react';
import { SessionOfAddress } from './SessionOfAddress';

export const metadata: Metadata = { title: 'Result' };

export default function SessionPage() {
  return (
    <>
      <Link href="/clinic" className="staff-back">
        All sessions
      </Link>
      <Suspense fallback={<p role="status">Loading …</p>}>
        <SessionOfAddress />
      </Suspense>
    </>
  );
}
