import type { Metadata } from 'next';
import { OrganisationSettings } from '@/features/organisation/OrganisationSettings';

export const metadata: Metadata = { title: 'Organisation' };

export default function OrganisationPage() {
  return <OrganisationSettings />;
}
