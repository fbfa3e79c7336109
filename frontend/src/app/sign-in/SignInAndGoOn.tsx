'use client';
import { useRouter, useSearchParams } from 'next/navigation';
import { SignInForm } from '@/features/account/SignInForm';
import { pageAfterSignIn } from '@/features/account/account';

export function SignInAndGoOn() {
  const router = useRouter();
  const wanted = useSearchParams().get('next');
  return <SignInForm onSignedIn={(user) => router.replace(pageAfterSignIn(wanted, user.role))} />;
}
