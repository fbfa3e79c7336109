import type { Metadata } from 'next';
import { Invitation } from '@/features/session/Invitation';

export const metadata: Metadata = { title: 'Your invitation' };

export default function InvitationPage() {
  return <Invitation />;
}
