import type { Metadata } from 'next';
import { MyConsent } from '@/features/session/MyConsent';

export const metadata: Metadata = { title: 'Your consent' };

export default function MyConsentPage() {
  return <MyConsent />;
}
