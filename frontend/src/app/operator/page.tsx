import type { Metadata } from 'next';
import { OperatorPage } from '@/features/operator/OperatorPage';

export const metadata: Metadata = { title: 'System' };

export default function SystemPage() {
  return <OperatorPage />;
}
