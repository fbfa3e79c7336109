'use client';
import { useRouter, useSearchParams } from 'next/navigation';
import { SignInForm } from '@/features/account/SignInForm';
import { me, pageAfterSignIn } from '@/features/account/account';

export function SignInAndGoOn() {
  const router = useRouter();
  const wanted = useSearchParams().get('next');
  /** Whose sign-in it is decides which page is theirs; where that cannot be had, the page itself says so. */
  const goOn = () => {
    me().then(
      ({ user }) => router.replace(pageAfterSignIn(wanted, user.role)),
      () => router.replace(pageAfterSignIn(wanted)),
    );
  };
  return <SignInForm onSignedIn={goOn} />;
}
