import type { Metadata } from 'next';
import { ConsentWords } from '@/features/organisation/ConsentWords';
import { OrganisationSettings } from '@/features/organisation/OrganisationSettings';

export const metadata: Metadata = { title: 'Organisation' };

export default function OrganisationPage() {
  return (
    <>
      <OrganisationSettings />
      <ConsentWords />
    </>
  );
}
