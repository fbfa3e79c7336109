import { Home } from '@/features/session/Home';

export default function HomePage() {
  return <Home />;
}
