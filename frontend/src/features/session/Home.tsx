'use client';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Actions, Notice, Panel } from '@/components/ui/Panel';
import { Frame } from '@/components/ui/Page';
import { me } from './session-api';

/** The start: who was invited goes on with their session, staff sign in. */
export function Home() {
  const router = useRouter();
  const [isParticipant, setParticipant] = useState(false);
  useEffect(() => {
    me().then(
      ({ user }) => setParticipant(user.role === 'participant'),
      () => undefined, // nobody is signed in, or the server is away: the page says what can be done
    );
  }, []);
  return (
    <Frame aside={<Link href="/sign-in">Staff sign-in</Link>}>
      <Panel title="Welcome">
        <p>
          This is an assessment of memory, attention and language. You answer by voice and touch, at home or with
          somebody beside you. It supports the people who care for you; it does not diagnose.
        </p>
        {isParticipant ? (
          <Actions>
            <Button look="primary" onPress={() => router.push('/session')}>
              Go on with my session
            </Button>
            <Link href="/my-consent">Your consent, and how to withdraw it</Link>
          </Actions>
        ) : (
          <Notice>
            <p>
              <b>Were you invited?</b> Please open the link in your invitation. You need no account and no password.
            </p>
          </Notice>
        )}
      </Panel>
    </Frame>
  );
}
