import type { Metadata } from 'next';
import { SessionWay } from '@/features/session/SessionWay';

export const metadata: Metadata = { title: 'Your session' };

export default function SessionPage() {
  return <SessionWay />;
}
