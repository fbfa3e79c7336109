// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { type Services, ServicesProvider } from '@/lib/services';
import { DeviceCheck } from './DeviceCheck';

afterEach(cleanup);

test.each([
  [true, 'Can we hear you?'],
  [false, null],
])('where something is answered aloud (%s) the microphone is tried too', async (hasSpoken, next) => {
  const onDone = vi.fn();
  const services = { openMicrophone: vi.fn(), sound: { play: () => Promise.resolve() } } as unknown as Services;
  render(
    <ServicesProvider value={services}>
      <DeviceCheck {...{ hasSpoken, onDone }} />
    </ServicesProvider>,
  );
  await userEvent.click(screen.getByRole('button', { name: 'Play the voice' }));
  await userEvent.click(await screen.findByRole('button', { name: 'I hear it well' }));
  expect(screen.queryByRole('heading', { name: 'Can we hear you?' })?.textContent ?? null).toBe(next);
  expect(onDone).toHaveBeenCalledTimes(hasSpoken ? 0 : 1);
});
