import type { Metadata } from 'next';
import { Processing } from '@/features/organisation/Processing';

export const metadata: Metadata = { title: 'Record of processing' };

export default function ProcessingPage() {
  return <Processing />;
}
