import type { Metadata } from 'next';
import { ClinicOverview } from '@/features/clinic/ClinicOverview';

export const metadata: Metadata = { title: 'Sessions' };

export default function ClinicPage() {
  return <ClinicOverview />;
}
