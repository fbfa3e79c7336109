import type { Metadata } from 'next';
import { Suspense } from 'react';
import { SignInAndGoOn } from './SignInAndGoOn';
import '../clinic/staff.css';

export const metadata: Metadata = { title: 'Sign in' };

export default function SignInPage() {
  return (
    <main className="staff" style={{ padding: '1rem' }}>
      <Suspense>
        <SignInAndGoOn />
      </Suspense>
    </main>
  );
}
