import Link from 'next/link';
import { Page } from '@/components/ui/Page';

export default function NotFound() {
  return (
    <Page title="This page is not there">
      <p>The address may be incomplete. If you were invited, open the link in your invitation once more.</p>
      <Link href="/">To the start</Link>
    </Page>
  );
}
